from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import commands
from accounts.encryption import SecretUnreadableError
from accounts.models import GoogleAccount, GrantToRevoke


class Command(BaseCommand):
    help = (
        "Encrypt all stored Google credentials anew with the first of TOKEN_ENCRYPTION_KEYS. "
        "Put a new key in front, restart all processes, run this, then take the old keys away."
    )

    def handle(self, **_: Any) -> None:
        lost = []
        accounts = GoogleAccount.objects.exclude(credentials="").order_by("pk")
        for account in accounts:
            try:
                commands.rotate_credentials(holder=account)
            except SecretUnreadableError:
                lost.append(f"{account} of {account.member.get_username()}")
        for grant in GrantToRevoke.objects.all():
            with suppress(SecretUnreadableError):  # then it cannot be revoked either, and is erased
                commands.rotate_credentials(holder=grant)
        self.stdout.write(f"Encrypted {len(accounts) - len(lost)} accounts with the newest key.")
        if lost:
            raise CommandError(
                f"No key opens the credentials of {', '.join(lost)}: keep the key that does, "
                "or let the members connect again."
            )
