from __future__ import annotations

from django.core.management.base import CommandError

from accounts.models import Member


def member_named(username: str) -> Member:
    """The member whom an operator named; CommandError if there is none."""
    try:
        return Member.objects.get(username=username)
    except Member.DoesNotExist:
        raise CommandError(f"There is no member {username!r}.") from None
