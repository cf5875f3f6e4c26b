"""Many calls in one multipart request (google-calendar-api.md section 8)."""

from __future__ import annotations

import json
from email.message import Message
from email.parser import BytesParser
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from google_simulator.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from google_simulator.app import Incoming, Outgoing

MAX_CALLS = 1000
_BOUNDARY = "batch_simulator"
_INHERITED = ("authorization", "x-goog-quota-user")


def answer(incoming: Incoming, perform: Callable[[Incoming], Outgoing]) -> Outgoing:
    """The multipart answer to a multipart request; outer headers apply to the parts."""
    from google_simulator.app import Outgoing

    try:
        parts = _parts(incoming)
    except ApiError as error:
        return Outgoing(error.status, json.dumps(error.body()).encode())
    chunks = []
    for part in parts:
        content_id = str(part.get("Content-ID", ""))
        result = perform(_inner(part, incoming))
        chunks.append(_chunk(content_id, result))
    body = b"".join(chunks) + f"--{_BOUNDARY}--\r\n".encode()
    return Outgoing(200, body, {"Content-Type": f"multipart/mixed; boundary={_BOUNDARY}"})


def _parts(incoming: Incoming) -> list[Message]:
    kind = incoming.headers.get("content-type", "")
    if incoming.method != "POST" or not kind.startswith("multipart/mixed"):
        raise ApiError(400, "badRequest", "Failed to parse batch request.")
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + incoming.body)
    parts = message.get_payload()
    if not isinstance(parts, list) or not parts:
        raise ApiError(400, "badRequest", "Failed to parse batch request.")
    if len(parts) > MAX_CALLS:
        raise ApiError(400, "badRequest", f"Batch size too large, more than {MAX_CALLS} calls.")
    return [part for part in parts if isinstance(part, Message)]


def _inner(part: Message, outer: Incoming) -> Incoming:
    from google_simulator.app import Incoming

    raw = part.get_payload(decode=True)
    payload = raw if isinstance(raw, bytes) else b""
    line, _, rest = payload.partition(b"\n")
    method, _, target = line.decode("latin-1").strip().partition(" ")
    url = urlsplit(target.rpartition(" ")[0] or target)
    inner = BytesParser().parsebytes(rest)
    inherited = {name: outer.headers[name] for name in _INHERITED if name in outer.headers}
    body = inner.get_payload(decode=True)
    return Incoming(
        method=method.upper(),
        path=unquote(url.path),
        query=parse_qsl(url.query, keep_blank_values=True),
        headers=inherited | {name.lower(): value for name, value in inner.items()},
        body=body.strip() if isinstance(body, bytes) else b"",
    )


def _chunk(content_id: str, result: Outgoing) -> bytes:
    echoed = content_id.replace("<", "<response-", 1) if content_id else ""
    lines = [f"--{_BOUNDARY}", "Content-Type: application/http"]
    lines += [f"Content-ID: {echoed}"] if echoed else []
    lines += ["", f"HTTP/1.1 {result.status} {_PHRASES.get(result.status, 'Status')}"]
    lines += [f"{name}: {value}" for name, value in result.headers.items()]
    lines += [f"Content-Length: {len(result.body)}", "", ""]
    return "\r\n".join(lines).encode() + result.body + b"\r\n"


_PHRASES = {200: "OK", 204: "No Content", 304: "Not Modified"}
