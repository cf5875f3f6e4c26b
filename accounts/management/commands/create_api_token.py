from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import commands
from accounts.errors import TokenRefusedError
from accounts.management.members import member_named

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

_MOST_DAYS = 36_500


class Command(BaseCommand):
    help = "Make a token for the REST API and print it, once, alone on the last line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="what the token is for")
        parser.add_argument("--scope", required=True, help="read, propose or write")
        parser.add_argument("--expires-days", type=int, metavar="N", help="default: never")

    def handle(
        self, *, username: str, name: str, scope: str, expires_days: int | None, **_: Any
    ) -> None:
        now = timezone.now()
        try:
            token, secret = commands.create_token(
                member=member_named(username),
                name=name,
                scope=scope,
                now=now,
                expires_at=_expiry(now, expires_days),
                secret=commands.new_secret(),
            )
        except TokenRefusedError as error:
            raise CommandError(error.detail) from error
        until = f" until {token.expires_at:%Y-%m-%d}" if token.expires_at else ""
        self.stdout.write(f"Token {token.name!r} of {username}, scope {token.scope}{until}:")
        self.stdout.write(secret)


def _expiry(now: dt.datetime, days: int | None) -> dt.datetime | None:
    if days is None:
        return None
    if not 1 <= days <= _MOST_DAYS:
        raise CommandError(f"--expires-days is a number of days from 1 to {_MOST_DAYS}.")
    return now + dt.timedelta(days=days)
