from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import commands
from accounts.models import AccountStatus, GoogleAccount, Member
from accounts.queries import credentials_of
from calendars.models import Calendar
from secretary_project import demo

if TYPE_CHECKING:
    from collections.abc import Mapping


class Command(BaseCommand):
    help = "Make the demo's team and connect it to the simulator. Repeating it changes nothing."

    def handle(self, *_: Any, **__: Any) -> None:
        port = _simulator_port()
        Member.objects.filter(username=demo.ADMIN).exists() or Member.objects.create_superuser(
            demo.ADMIN, f"{demo.ADMIN}@example.test", demo.PASSWORD, time_zone="Europe/Berlin"
        )
        for name in demo.MEMBERS:
            _connect(_member(name), port=port)
        if not Calendar.objects.exists():
            self._sync()

    def _sync(self) -> None:
        try:
            call_command("sync_calendars", stdout=self.stdout, stderr=self.stderr)
        except CommandError as error:
            self.stderr.write(f"The first sync is left to the worker: {error}")


def _simulator_port() -> int:
    """Known logins are for a stand-in on this machine only."""
    google, web = urlsplit(settings.GOOGLE_API_ENDPOINT), urlsplit(settings.PUBLIC_BASE_URL)
    if {google.hostname, web.hostname} != {"127.0.0.1"} or google.port is None:
        raise CommandError("This is a step of the demo; start it with: make demo")
    return google.port


def _member(name: str) -> Member:
    member = Member.objects.filter(username=name).first()
    if member is None:
        member = Member.objects.create_user(
            name,
            f"{name}@example.test",
            demo.PASSWORD,
            first_name=name.title(),
            time_zone="Europe/Berlin",
        )
    return member


def _connect(member: Member, *, port: int) -> None:
    """Connect the person of the same name, unless that was done or undone at this address."""
    credentials = demo.credentials(port=port, email=member.email)
    account = GoogleAccount.objects.filter(member=member, email=member.email).first()
    if account is not None and not _leads_elsewhere(account, credentials):
        return
    commands.connect_account(
        member=member,
        credentials=credentials,
        email=member.email,
        granted_scopes=credentials["scopes"],
        now=timezone.now(),
    )


def _leads_elsewhere(account: GoogleAccount, credentials: Mapping[str, Any]) -> bool:
    if account.status != AccountStatus.CONNECTED:
        return False
    return bool(credentials_of(account).get("token_uri") != credentials["token_uri"])
