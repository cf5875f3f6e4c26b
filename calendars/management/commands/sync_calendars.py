from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import AccountStatus, GoogleAccount, Member
from calendars.models import Calendar
from calendars.sync.cycle import Report, Wish
from calendars.sync.run import sync_account

if TYPE_CHECKING:
    from argparse import ArgumentParser

_PATIENCE_SECONDS = 60


class Command(BaseCommand):
    help = "Run one sync cycle now, in the foreground. Exit code 0 only if all succeeded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("usernames", nargs="*", metavar="USERNAME", help="all if none is named")
        parser.add_argument("--full", action="store_true", help="list the whole window again")
        parser.add_argument("--calendar", metavar="ID", help="Google's id of one calendar")

    def handle(self, *_: Any, **options: Any) -> None:
        if not settings.CALENDAR_ENABLED:
            raise CommandError("Synchronisation is switched off: CALENDAR_ENABLED.")
        accounts = _accounts(options["usernames"])
        if not accounts:
            raise CommandError("No Google account is connected. See: manage.py connect_google")
        wish = Wish(full=options["full"], calendar_id=options["calendar"], insist=True)
        accounts = _with_calendar(accounts, wish.calendar_id)
        failures = [account for account in accounts if not self._sync(account, wish)]
        if failures:
            raise CommandError(f"{len(failures)} of {len(accounts)} accounts did not sync cleanly.")

    def _sync(self, account: GoogleAccount, wish: Wish) -> bool:
        self.stdout.write(f"{account.member.username}: {account} …")
        report = _patiently(account, wish)
        if report.skipped:
            report.problems.append("Another worker is syncing this account; try again.")
        for problem in report.problems:
            self.stderr.write(f"  {problem}")
        self.stdout.write(
            f"  {report.calendars} calendars, {report.changes} changes, "
            f"{report.conflicts} conflicts"
        )
        return report.succeeded


def _accounts(usernames: list[str]) -> list[GoogleAccount]:
    """Accounts to sync; one that has to be reconnected counts, so that it shows as a failure."""
    known = set(Member.objects.filter(username__in=usernames).values_list("username", flat=True))
    if missing := [name for name in usernames if name not in known]:
        raise CommandError(f"There is no member called {missing[0]!r}.")
    accounts = GoogleAccount.objects.select_related("member").exclude(
        status=AccountStatus.DISCONNECTED
    )
    if usernames:
        accounts = accounts.filter(member__username__in=usernames)
    return list(accounts.order_by("member__username", "pk"))


def _with_calendar(accounts: list[GoogleAccount], google_id: str | None) -> list[GoogleAccount]:
    """Only the accounts that have this calendar; one that was never listed may have it too."""
    if google_id is None:
        return accounts
    having = set(
        Calendar.objects.filter(account__in=accounts, google_id=google_id).values_list(
            "account_id", flat=True
        )
    )
    listed = set(Calendar.objects.filter(account__in=accounts).values_list("account_id", flat=True))
    chosen = [each for each in accounts if each.pk in having or each.pk not in listed]
    if not chosen:
        raise CommandError(f"None of these accounts has a calendar {google_id!r}.")
    return chosen


def _patiently(account: GoogleAccount, wish: Wish) -> Report:
    """Wait for a worker that holds the account just now, within reason."""
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while True:
        report = sync_account(account_id=account.pk, wish=wish)
        if not report.skipped or time.monotonic() > give_up:
            return report
        time.sleep(0.2)
