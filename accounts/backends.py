"""Logins: Django's own, with the question who a session belongs to asked by a prepared statement.

Every page asks it, and every open page asks for itself every few seconds.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from accounts.models import Member
from secretary_project.prepared_query import PreparedQuery

_MEMBER = PreparedQuery(lambda member: Member.objects.filter(pk=member), "member")


class MemberBackend(ModelBackend):
    """Usernames and passwords; who is not active any more is nobody from the next request on."""

    def get_user(self, user_id: Any) -> Member | None:
        found = _MEMBER.run(member=user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None
