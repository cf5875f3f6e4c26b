"""One kept connection to Google per thread, whichever account asks.

A client that connects for each account spends most of a quiet cycle on TLS. ``httplib2.Http`` is
not thread-safe, so each thread has its own.
"""

from __future__ import annotations

import functools
import http.client
import select
import ssl
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httplib2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TIMEOUT_SECONDS = 20.0


@functools.cache
def _tls() -> ssl.SSLContext:
    """Made once: reading the certificate store takes longer than the rest of a request."""
    return ssl.create_default_context(cafile=str(httplib2.CA_CERTS))


class _TlsConnection(httplib2.HTTPSConnectionWithTimeout):
    """httplib2's connection, except that it does not make a TLS context of its own."""

    def __init__(
        self, host: str, *, timeout: float | None = None, proxy_info: Any = None, **_: Any
    ) -> None:
        self.disable_ssl_certificate_validation = False
        self.proxy_info = proxy_info("https") if callable(proxy_info) else proxy_info
        http.client.HTTPSConnection.__init__(self, host, timeout=timeout, context=_tls())


class KeptHttp(httplib2.Http):
    """An ``httplib2.Http`` that is safe to share by accounts, one after the other.

    After a failed request its connections are closed, so that a late answer can never be taken for
    the answer to the next account's request. Redirects are not followed: the API has none.
    """

    def __init__(self, *, timeout: float = TIMEOUT_SECONDS) -> None:
        super().__init__(timeout=timeout)
        self.follow_redirects = False
        self.redirect_codes = frozenset()

    def request(
        self,
        uri: Any,
        method: str = "GET",
        body: Any = None,
        headers: Any = None,
        redirections: Any = httplib2.DEFAULT_MAX_REDIRECTS,
        connection_type: Any = None,
    ) -> Any:
        self._close_dropped()
        if connection_type is None and uri.startswith("https:"):
            connection_type = _TlsConnection
        try:
            return super().request(uri, method, body, headers, redirections, connection_type)
        except BaseException:
            self.close()
            raise

    def _close_dropped(self) -> None:
        """Close what the other side has closed, so that no request is lost on it."""
        for connection in self.connections.values():
            if connection.sock is not None and _is_readable(connection.sock):
                connection.close()


def _is_readable(sock: Any) -> bool:
    """A connection at rest that has something to read has come to its end."""
    try:
        readable = select.poll()
        readable.register(sock, select.POLLIN)
        return bool(readable.poll(0))
    except (OSError, ValueError):
        return True


class _PerThread:
    """What ``make`` makes, once for each thread."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._local = threading.local()

    def get(self) -> Any:
        if not hasattr(self._local, "http"):
            self._local.http = self._make()
        return self._local.http


_current = _PerThread(KeptHttp)


def http_of_this_thread() -> Any:
    """What requests of this thread go through: an ``httplib2.Http`` or something of its shape."""
    return _current.get()


@contextmanager
def use(make: Callable[[], Any]) -> Iterator[None]:
    """Send every request of every thread through what ``make`` makes, once for each thread."""
    global _current
    before, _current = _current, _PerThread(make)
    try:
        yield
    finally:
        _current = before
