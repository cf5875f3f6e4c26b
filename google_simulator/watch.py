"""Push channels: who wants to hear about a collection, and what they are sent.

google-calendar-api.md section 9.
"""

from __future__ import annotations

import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from google_simulator.errors import ApiError, not_found, required
from google_simulator.sync_tokens import fingerprint

if TYPE_CHECKING:
    from google_simulator.times import Resource
    from google_simulator.world import World

DEFAULT_TTL = 604_800
MAX_TTL = 30 * 86_400
_TRY_AGAIN = {500, 502, 503, 504}
_ATTEMPTS = 4


@dataclass
class Channel:
    """One open channel; `expires` in epoch seconds."""

    id: str
    resource_id: str
    resource_uri: str
    collection: tuple[str, str]
    address: str
    token: str
    expires: float
    user: str
    client_id: str
    number: int = 1


@dataclass(frozen=True)
class Message:
    """One notification: headers, an empty body."""

    address: str
    headers: dict[str, str]


Sender = Callable[[Message], int]


def send_over_http(message: Message) -> int:
    """POST a notification; answers the receiver's status, 503 if it was not reached."""
    request = urllib.request.Request(  # noqa: S310 - the address was checked on open
        message.address, data=b"", headers=message.headers, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 503


@dataclass
class Channels:
    """All channels and the notifications that wait to be sent."""

    world: World
    may_hear: Callable[[Channel], bool]
    sender: Sender = send_over_http
    open: dict[str, Channel] = field(default_factory=dict)
    outgoing: queue.SimpleQueue[Message | None] = field(default_factory=queue.SimpleQueue)
    lose: int = 0
    """Drop that many of the next notifications."""
    repeat: int = 0
    """Send that many of the next notifications twice."""
    thread: threading.Thread | None = None

    def watch(
        self, body: Resource, *, collection: tuple[str, str], uri: str, user: str, client_id: str
    ) -> Resource:
        """Open a channel; its `sync` message goes out at once, maybe before this answer."""
        channel_id = str(body.get("id") or "")
        if not channel_id or len(channel_id) > 64:
            raise required("Missing or too long channel id.", location="id")
        if channel_id in self._live():
            message = f"Channel id {channel_id} not unique"
            raise ApiError(400, "channelIdNotUnique", message)
        if body.get("type") not in {"web_hook", "webhook"}:
            raise ApiError(400, "invalid", "Unknown channel type", "type")
        channel = Channel(
            id=channel_id,
            resource_id=fingerprint("resource", *collection),
            resource_uri=uri,
            collection=collection,
            address=_checked_address(str(body.get("address") or "")),
            token=str(body.get("token") or "")[:256],
            expires=self._expiry(body),
            user=user,
            client_id=client_id,
        )
        self.open[channel_id] = channel
        self._queue(channel, "sync")
        answer = {
            "kind": "api#channel",
            "id": channel.id,
            "resourceId": channel.resource_id,
            "resourceUri": uri,
            "expiration": str(int(channel.expires * 1000)),
        }
        return answer | ({"token": channel.token} if channel.token else {})

    def _live(self) -> dict[str, Channel]:
        now = self.world.now()
        self.open = {key: each for key, each in self.open.items() if each.expires > now}
        return self.open

    def _expiry(self, body: Resource) -> float:
        now = self.world.now()
        wanted = body.get("expiration")
        ttl = (body.get("params") or {}).get("ttl")
        try:
            if wanted is not None:
                seconds = int(wanted) / 1000 - now
            else:
                seconds = float(int(ttl)) if ttl is not None else DEFAULT_TTL
        except ValueError:
            raise ApiError(400, "invalid", "Invalid expiration.") from None
        return now + max(1.0, min(seconds, MAX_TTL))

    def stop(self, body: Resource, *, user: str, client_id: str) -> None:
        """Close a channel; 404 unless it is open and the caller's own."""
        channel = self._live().get(str(body.get("id") or ""))
        if channel is None or channel.resource_id != body.get("resourceId"):
            raise not_found()
        if (channel.user, channel.client_id) != (user, client_id):
            raise not_found()
        del self.open[channel.id]

    def announce(self) -> None:
        """Queue one notification per channel whose collection changed since the last call."""
        changed, self.world.changed = self.world.changed, {}
        if not changed or not self.open:
            return
        for channel in self._live().values():
            if channel.collection in changed and self.may_hear(channel):
                # Numbers rise but are not consecutive (section 9).
                channel.number += self.world.random.randint(1, 5)
                self._queue(channel, "exists")

    def _queue(self, channel: Channel, state: str) -> None:
        headers = {
            "X-Goog-Channel-ID": channel.id,
            "X-Goog-Channel-Expiration": formatdate(channel.expires, usegmt=True),
            "X-Goog-Message-Number": str(channel.number),
            "X-Goog-Resource-ID": channel.resource_id,
            "X-Goog-Resource-State": state,
            "X-Goog-Resource-URI": channel.resource_uri,
        }
        if channel.token:
            headers["X-Goog-Channel-Token"] = channel.token
        if self.lose and state != "sync":
            self.lose -= 1
            return
        copies = 2 if self.repeat and state != "sync" else 1
        self.repeat -= copies - 1
        for _ in range(copies):
            self.outgoing.put(Message(channel.address, headers))

    def deliver_now(self) -> None:
        """Without a thread of their own, send all queued notifications in the caller's."""
        while self.thread is None and not self.outgoing.empty():
            message = self.outgoing.get()
            if message is not None:
                self._send(message)

    def _send(self, message: Message) -> None:
        for attempt in range(_ATTEMPTS):
            if self.sender(message) not in _TRY_AGAIN:
                return
            if attempt + 1 < _ATTEMPTS:
                self.world.clock.sleep(2**attempt)

    def start(self) -> None:
        """Send from a thread of its own, so that no receiver can hold up a request."""
        self.thread = threading.Thread(target=self._run, name="notifications", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while (message := self.outgoing.get()) is not None:
            self._send(message)

    def close(self) -> None:
        """End the sending thread."""
        if self.thread is not None:
            self.outgoing.put(None)
            self.thread.join(timeout=5)
            self.thread = None


def _checked_address(address: str) -> str:
    parts = urlsplit(address)
    local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme == "http" and not local:
        message = "WebHook callback must be HTTPS: " + address[:200]
        raise ApiError(401, "push.webhookUrlNotHttps", message)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        message = "Unauthorized WebHook callback channel: " + address[:200]
        raise ApiError(401, "push.webhookUrlUnauthorized", message)
    return address
