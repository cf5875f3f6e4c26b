"""Google as a benchmark needs it: the same few answers, printed once, at a chosen delay.

In this process it stands in for ``httplib2.Http``, so that what is measured is ours alone; as a
program (``python -m tests.benchmarks.google``) it answers over TLS, late, as Google does.
"""

from __future__ import annotations

import argparse
import datetime as dt
import ipaddress
import json
import ssl
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httplib2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.benchmarks.resources import DAYS, ZONE, Maker

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = 2_500
PERSON = "person@example.test"
CREDENTIALS = {
    "token": "bench",
    "refresh_token": "bench",
    "token_uri": "https://oauth2.googleapis.com/token",
    "client_id": "bench",
    "client_secret": "bench",
    "scopes": ["https://www.googleapis.com/auth/calendar"],
    "expiry": "2099-01-01T00:00:00Z",
}
"""Credentials that never need renewing, in the shape of google-auth's ``to_json()``."""


def resources(*, monday: dt.date, occurrences: int) -> list[dict[str, Any]]:
    maker = Maker(owner=PERSON, first=monday - dt.timedelta(days=DAYS // 2))
    return maker.calendar(occurrences)


class CannedGoogle:
    """One calendar full of these events; whoever has a sync token hears that nothing changed."""

    def __init__(self, items: Sequence[dict[str, Any]]) -> None:
        starts = range(0, max(1, len(items)), PAGE)
        self._pages = [self._page(items, start) for start in starts]
        self._unchanged = self._page([], 0)
        self._calendars = json.dumps({"items": [_entry()], "nextSyncToken": "calendars"}).encode()

    def answer(self, uri: str) -> bytes:
        parts = urlsplit(uri)
        query = parse_qs(parts.query)
        if not parts.path.endswith("/events"):
            return self._calendars
        if "syncToken" in query:
            return self._unchanged
        return self._pages[int(query.get("pageToken", ["0"])[0])]

    def request(self, uri: str, *_: Any, **__: Any) -> tuple[httplib2.Response, bytes]:
        """As ``httplib2.Http`` has it."""
        return httplib2.Response({"status": "200", "content-type": "application/json"}), (
            self.answer(uri)
        )

    @staticmethod
    def _page(items: Sequence[dict[str, Any]], start: int) -> bytes:
        more = start + PAGE < len(items)
        end = {"nextPageToken": str(start // PAGE + 1)} if more else {"nextSyncToken": "events"}
        page = {
            "kind": "calendar#events",
            "summary": PERSON,
            "timeZone": ZONE,
            "accessRole": "owner",
            "defaultReminders": [],
            "items": items[start : start + PAGE],
        }
        return json.dumps(page | end).encode()


def certificate(folder: Path) -> Path:
    """A file with a key and a certificate of this machine's own, for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "secretary benchmark")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def _entry() -> dict[str, Any]:
    return {
        "kind": "calendar#calendarListEntry",
        "id": PERSON,
        "summary": PERSON,
        "timeZone": ZONE,
        "accessRole": "owner",
        "primary": True,
        "selected": True,
    }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    google: CannedGoogle
    delay: float

    def do_GET(self) -> None:
        time.sleep(self.delay)
        content = self.google.answer(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--delay", type=float, required=True, help="seconds before each answer")
    parser.add_argument("--certificate", type=Path, required=True)
    parser.add_argument("--monday", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--occurrences", type=int, required=True)
    given = parser.parse_args()
    _Handler.delay = given.delay
    _Handler.google = CannedGoogle(resources(monday=given.monday, occurrences=given.occurrences))
    server = _Server(("127.0.0.1", given.port), _Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(given.certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
