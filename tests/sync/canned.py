"""One answer, whatever Google is asked."""

from __future__ import annotations

from typing import Any

import httplib2


class Canned:
    """In place of ``httplib2.Http``: one answer for all, another for token requests."""

    def __init__(self, status: int, content: bytes, *, token: bytes = b"", **headers: str) -> None:
        self.answer = (status, content, headers)
        self.token = token
        self.asked: list[tuple[str, str]] = []

    def request(self, uri: str, method: str = "GET", **_: Any) -> tuple[Any, bytes]:
        self.asked.append((method, uri))
        status, content, headers = self.answer
        if self.token and uri.endswith("/token"):
            status, content = 200, self.token
        response = httplib2.Response({"status": str(status), **headers})
        response.reason = ""
        return response, content
