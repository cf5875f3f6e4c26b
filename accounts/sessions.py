"""Sessions: Django's own in the database, read by a prepared statement, as every page does it."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from secretary_project.prepared_query import PreparedQuery

_SESSION: PreparedQuery[Any] = PreparedQuery(
    lambda key, now: SessionStore.get_model_class().objects.filter(
        session_key=key, expire_date__gt=now
    ),
    *("key", "now"),
)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        """The row, or None and no key any more: as Django has it, but for how it is asked."""
        found = _SESSION.run(key=self.session_key, now=timezone.now())
        if not found:
            self._session_key = None
        return found[0] if found else None
