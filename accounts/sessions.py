"""Sessions: Django's own in the database, read by a prepared statement, as every page does it."""

from __future__ import annotations

import re
from typing import Any, Final

from django.contrib.sessions.backends import db
from django.utils import timezone

from secretary_project.prepared_query import PreparedQuery

_SESSION: PreparedQuery[Any] = PreparedQuery(
    lambda key, now: SessionStore.get_model_class().objects.filter(
        session_key=key, expire_date__gt=now
    ),
    *("key", "now"),
)


_KEY: Final = re.compile("[a-z0-9]{32}")


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        """Only keys as they are made here: a cookie can spell characters that no database holds."""
        return key is not None and _KEY.fullmatch(key) is not None

    def _get_session_from_db(self) -> Any:
        """The row, or None and no key any more: as Django has it, but for how it is asked."""
        found = _SESSION.run(key=self.session_key, now=timezone.now())
        if not found:
            self._session_key = None
        return found[0] if found else None
