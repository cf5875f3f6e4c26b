"""Settings → Google accounts, and Settings → Sync: how each stands."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import commands
from accounts.models import AccountStatus
from calendars.queries import sync_health
from calendars.web.accounts import account_line, unsent
from calendars.web.chip import ago, chip_for
from calendars.web.disconnect_form import DisconnectForm
from calendars.web.edge import MemberRequest, member_page
from calendars.web.views.asking import page_or_part, version_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.models import GoogleAccount, Member

_USUAL: Final = 10
_WATCHED: Final = 2
"""Seconds until the page asks again: while an account fills, somebody looks on."""


@require_safe
@member_page
def accounts(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    lines = [
        account_line(account, health, now=now)
        for account, health in _with_health(request.user, now=now)
    ]
    context = {
        "accounts": lines,
        "version": version_of(lines),
        "seconds": _WATCHED if any(each.is_filling for each in lines) else _USUAL,
        "can_connect": bool(settings.GOOGLE_CREDENTIALS_FILE),
    }
    return page_or_part(request, "calendar/accounts.html", "calendar/_accounts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def disconnect(request: MemberRequest, account_id: int) -> HttpResponse:
    known = {each.pk: (each, how) for each, how in _with_health(request.user, now=timezone.now())}
    if account_id not in known:
        raise Http404
    account, health = known[account_id]
    is_connected = account.status != AccountStatus.DISCONNECTED
    form = DisconnectForm(request.POST or None, unsent=unsent(health), is_connected=is_connected)
    if request.method == "POST" and form.is_valid():
        name, keep = str(account), form.cleaned_data["cache"] == "keep"
        commands.disconnect(account=account, keep_cache=keep)
        done = "disconnected" if is_connected else "removed"
        messages.success(request, f"{name} is {done}.")
        return redirect("settings-accounts")
    context = {"account": account, "form": form, "is_connected": is_connected}
    return render(request, "calendar/disconnect.html", context)


@require_safe
@member_page
def sync(request: MemberRequest) -> HttpResponse:
    """How each account and calendar stands with Google."""
    now = timezone.now()
    status = sync_health.status(member=request.user, now=now)
    for account in status["accounts"]:
        for calendar in account["calendars"]:
            synced = [calendar["last_incremental_sync"], calendar["last_full_sync"]]
            at = max((each for each in synced if each), default=None)
            calendar["synced"] = ago(now - dt.datetime.fromisoformat(at)) if at else "not yet"
    chip = chip_for(status, now=now)
    context = {"status": status, "chip": chip, "version": version_of((chip, status["accounts"]))}
    return page_or_part(request, "calendar/sync.html", "calendar/_sync.html", context)


def _with_health(member: Member, *, now: dt.datetime) -> list[tuple[GoogleAccount, dict[str, Any]]]:
    """The member's accounts in their order, each with its part of ``sync_health.status``."""
    standing = sync_health.standing_of(member)
    told = sync_health.status_of(standing, now=now)["accounts"]
    return list(zip(standing.accounts, told, strict=True))
