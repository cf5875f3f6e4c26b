from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import commands, identity
from accounts.errors import TokenFileError
from accounts.management.members import member_named
from accounts.scopes import explain_missing
from accounts.token_file import read_token_file, scopes_in

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Connect a Google account from the JSON of google-auth's Credentials.to_json()."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--token-file", required=True, metavar="FILE")

    def handle(self, *, username: str, token_file: str, **_: Any) -> None:
        member = member_named(username)
        try:
            credentials = read_token_file(token_file)
        except TokenFileError as error:
            raise CommandError(error.detail) from error
        scopes = scopes_in(credentials)
        account = commands.connect_account(
            member=member,
            credentials=credentials,
            email=identity.address_of(credentials=credentials),
            granted_scopes=scopes,
            now=timezone.now(),
        )
        name = account.email or "a Google account (its address follows at the first sync)"
        self.stdout.write(f"Connected {name} for {member.get_username()}.")
        for sentence in explain_missing(scopes):
            self.stdout.write(f"Note: {sentence}")
