"""The simulator without sockets, as an object that passes for httplib2.Http."""

from __future__ import annotations

import http.client
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

import httplib2

from google_simulator.errors import ConnectionLost

if TYPE_CHECKING:
    from google_simulator.app import App


class InProcessHttp:
    """Calls the WSGI application directly, whatever host a URL names.

    So even what ignores `api_endpoint` (batches, trap 26) cannot reach the real Google.
    Broken connections raise what httplib2 raises for them.
    """

    def __init__(self, app: App, *, timeout: float = 60) -> None:
        self.app = app
        self.timeout = timeout
        self.redirect_codes = httplib2.REDIRECT_CODES
        self.follow_redirects = False
        self.connections: dict[str, Any] = {}
        self.credentials = None

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
        redirections: int = 5,  # noqa: ARG002 - httplib2's signature
        connection_type: Any = None,  # noqa: ARG002 - httplib2's signature
    ) -> tuple[httplib2.Response, bytes]:
        """Perform one request; signature and answer are those of httplib2.Http.request."""
        status: list[str] = []
        answered: dict[str, str] = {}

        def start_response(line: str, pairs: list[tuple[str, str]], _exc: Any = None) -> Any:
            status.append(line)
            answered.update({name.lower(): value for name, value in pairs})

        environ = self._environ(uri, method, body, headers or {})
        try:
            chunks = self.app(environ, start_response)
            content = b"".join(chunks)
        except ConnectionLost as lost:
            raise _as_httplib2(lost, uri) from None
        code, _, phrase = status[0].partition(" ")
        response = httplib2.Response(answered | {"status": code})
        response.reason = phrase
        return response, content

    def _environ(
        self, uri: str, method: str, body: bytes | str | None, headers: dict[str, str]
    ) -> dict[str, Any]:
        parts = urlsplit(uri)
        data = body.encode() if isinstance(body, str) else body or b""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
            "QUERY_STRING": parts.query,
            "SERVER_NAME": parts.hostname or "simulator",
            "SERVER_PORT": str(parts.port or 80),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(data)),
            "wsgi.url_scheme": parts.scheme or "http",
            "wsgi.input": BytesIO(data),
            "wsgi.version": (1, 0),
            "simulator.timeout": self.timeout,
        }
        for name, value in headers.items():
            text = value.decode() if isinstance(value, bytes) else str(value)
            key = (name.decode() if isinstance(name, bytes) else name).upper().replace("-", "_")
            if key == "CONTENT_TYPE":
                environ[key] = text
            elif key not in {"CONTENT_LENGTH", "ACCEPT_ENCODING"}:
                environ[f"HTTP_{key}"] = text
        return environ

    def close(self) -> None:
        """There is nothing to close."""


def _as_httplib2(lost: ConnectionLost, uri: str) -> Exception:
    host = urlsplit(uri).hostname
    errors: dict[str, Exception] = {
        "refused": ConnectionRefusedError(111, "Connection refused"),
        "dns": httplib2.ServerNotFoundError(f"Unable to find the server at {host}"),
        "timeout": TimeoutError("timed out"),
        "dropped": http.client.RemoteDisconnected("Remote end closed connection without response"),
    }
    return errors[lost.kind]
