from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from accounts.models import GoogleAccount


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from django.db.models.signals import pre_delete

        pre_delete.connect(
            _give_grant_back,
            sender=self.get_model("GoogleAccount"),
            dispatch_uid="accounts.give_grant_back",
        )


def _give_grant_back(*, instance: GoogleAccount, **_: Any) -> None:
    """However an account goes: by its member, by an admin, or together with its member."""
    from accounts.commands import give_grant_back

    give_grant_back(account=instance)
