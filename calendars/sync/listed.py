"""What a listing has brought so far, in little memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator, KeysView


class Listed(Mapping[str, dict[str, Any]]):
    """Resources by id. They are held as JSON and made anew each time one is asked for.

    A listing is applied whole or not at all, so it has to wait for its last page; as objects the
    events of a large calendar take six times as much memory, in every thread that syncs one.
    """

    def __init__(self, resources: Mapping[str, dict[str, Any]] | None = None) -> None:
        self._texts: dict[str, bytes] = {}
        self._etags: dict[str, Any] = {}
        self._cancelled: set[str] = set()
        self.update(resources or {})

    def update(self, resources: Mapping[str, dict[str, Any]]) -> None:
        """Add resources; of those with the same id the later one counts.

        What orjson gives keeps the room in which it was written, several times its length, so it
        is copied.
        """
        for event_id, resource in resources.items():
            self._texts[event_id] = memoryview(orjson.dumps(resource)).tobytes()
            self._etags[event_id] = resource.get("etag")
            if resource.get("status") == "cancelled":
                self._cancelled.add(event_id)
            else:
                self._cancelled.discard(event_id)

    def has(self, event_id: str, *, etag: str) -> bool:
        """Whether it is listed with this etag, without a look at all of it."""
        return bool(etag) and self._etags.get(event_id) == etag

    def is_cancelled(self, event_id: str) -> bool:
        """Whether it is listed as cancelled, without a look at all of it."""
        return event_id in self._cancelled

    def __getitem__(self, event_id: str) -> dict[str, Any]:
        return dict(orjson.loads(self._texts[event_id]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __contains__(self, event_id: object) -> bool:
        return event_id in self._texts

    def keys(self) -> KeysView[str]:
        return self._texts.keys()
