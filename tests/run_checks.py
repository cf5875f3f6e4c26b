"""``make check``: style, types, architecture, templates, migrations and production settings."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PACKAGES = ["secretary_project", "accounts", "calendars", "mcp_bridge", "google_simulator"]


def production(folder: str) -> dict[str, str]:
    """The environment of an installation as docs/operations.md describes it, with empty data."""
    return {
        "SECRETARY_ENV_FILE": os.devnull,
        "SECRETARY_VAR_DIR": folder,
        "PUBLIC_BASE_URL": "https://secretary.example.org/",
        "DJANGO_ALLOWED_HOSTS": "secretary.example.org",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "GOOGLE_CREDENTIALS_FILE": "",
    }


def checks() -> dict[str, list[str]]:
    """Each check's name and command."""
    packages = [name for name in PACKAGES if (ROOT / name).is_dir()]
    templates = [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]
    manage = [sys.executable, "manage.py"]
    return {
        "style": [_tool("ruff"), "check", "."],
        "format": [_tool("ruff"), "format", "--check", "."],
        "templates": [_tool("djade"), "--check", "--target-version", "5.2", *templates],
        "types": [_tool("mypy"), *packages],
        "architecture": [_tool("lint-imports")],
        "migrations": [*manage, "makemigrations", "--check", "--dry-run"],
        "production settings": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
    }


def main() -> int:
    """Run all of them, whatever the first ones say; 1 if any found something."""
    found: list[str] = []
    with tempfile.TemporaryDirectory(prefix="secretary-check-") as folder:
        environment = {**os.environ, **production(folder)}
        for name, command in checks().items():
            sys.stdout.write(f"--- {name} ---\n")
            sys.stdout.flush()
            if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode != 0:
                found.append(name)
    sys.stdout.write(f"\nFound something: {', '.join(found)}\n" if found else "\nAll is well.\n")
    return 1 if found else 0


def _tool(name: str) -> str:
    return str(BIN / name)


if __name__ == "__main__":
    sys.exit(main())
