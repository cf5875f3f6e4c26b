"""``python -m mcp_bridge``: on stdio for one member, with ``--http`` for many. See docs/mcp.md."""

from __future__ import annotations

import argparse
import sys

from mcp_bridge import config
from mcp_bridge.server import build_server
from mcp_bridge.web import serve


def main() -> int:
    parser = argparse.ArgumentParser(prog="mcp_bridge", description=__doc__)
    parser.add_argument("--http", action="store_true", help="streamable HTTP instead of stdio")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument(
        "--allow-host", action="append", default=[], help="a name it is reached by; repeatable"
    )
    arguments = parser.parse_args()
    try:
        settings = config.from_environment(needs_token=not arguments.http)
    except config.ConfigurationError as error:
        sys.stderr.write(f"mcp_bridge: {error}\n")
        return 2
    server = build_server(settings)
    if arguments.http:
        hosts = [*arguments.allow_host, *filter(None, [settings.public_host])]
        serve(server, host=arguments.host, port=arguments.port, allowed_hosts=hosts)
    else:
        server.run(transport="stdio", show_banner=False, log_level="warning")
    return 0


if __name__ == "__main__":
    sys.exit(main())
