"""How often a worker looks for garbage. The web process had 6 MB more of it and little gain."""

from __future__ import annotations

import gc

_NEW_OBJECTS = 5_000


def settle() -> None:
    """Call it once everything is imported: what is there by now is never looked through again.

    A page of Google is a hundred thousand dictionaries and none of them is garbage yet; looking
    through them every 700 new ones takes a quarter of a full sync.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
