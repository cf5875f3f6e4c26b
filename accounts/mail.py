"""Mail to members about their accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

if TYPE_CHECKING:
    from accounts.models import GoogleAccount


def ask_to_reconnect(account: GoogleAccount) -> bool:
    """Ask the member by mail to connect this account again.

    False if the member has no address. Raises OSError if the mail server does not take it.
    """
    member = account.member
    if not member.email:
        return False
    page = settings.PUBLIC_BASE_URL.rstrip("/") + reverse("settings-accounts")
    body = render_to_string("accounts/reconnect_mail.txt", {"account": account, "page": page})
    send_mail(f"Please connect {account} again", body, None, [member.email])
    return True
