"""The settings of a member that need no calendar: the zone, consent at Google, API tokens."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import commands, identity, oauth, queries
from accounts.errors import ConsentError
from accounts.forms import TimeZoneForm, TokenForm
from accounts.models import Member
from accounts.scopes import explain_missing

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_ATTEMPT = "google_consent"


@login_required
@require_POST
def time_zone(request: HttpRequest) -> HttpResponse:
    """Take the zone that the browser is in; a page offers it when it is not the member's."""
    form = TimeZoneForm(request.POST, instance=Member.objects.get(pk=_member(request).pk))
    if form.is_valid():
        member = form.save(commit=False)
        member.save(update_fields=["time_zone"])
        messages.success(request, f"Times are shown in {member.time_zone} now.")
    else:
        messages.error(request, "Secretary does not know this time zone.")
    return redirect(_safe_next(request))


@login_required
@never_cache
@require_safe
def connect(request: HttpRequest) -> HttpResponse:
    """Send the member to Google. A link rather than a form: our policy keeps forms on this site."""
    attempt = oauth.Attempt(state=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(64))
    try:
        address = oauth.consent_address(
            attempt=attempt,
            redirect_uri=_redirect_uri(),
            login_hint=request.GET.get("address", "")[:320],
        )
    except ConsentError as error:
        return _consent_failed(request, error)
    request.session[_ATTEMPT] = {"state": attempt.state, "verifier": attempt.verifier}
    return redirect(address)


@login_required
@never_cache
@require_safe
def connected(request: HttpRequest) -> HttpResponse:
    """Google sends the member back here."""
    try:
        grant = _grant(request)
    except ConsentError as error:
        return _consent_failed(request, error)
    is_first = not queries.accounts_of(_member(request)).exists()
    account = commands.connect_account(
        member=_member(request),
        credentials=grant.credentials,
        email=identity.address_of(credentials=grant.credentials),
        granted_scopes=grant.scopes,
        now=timezone.now(),
    )
    messages.success(request, f"{account.email or 'Your Google account'} is connected.")
    # The first time, home: there the calendars are seen to arrive.
    goes_home = is_first and not explain_missing(account.scopes)
    return redirect(settings.LOGIN_REDIRECT_URL if goes_home else "settings-accounts")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List and create. The answer to a creation is the only page that ever shows the secret."""
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        _, secret = commands.create_token(
            member=_member(request),
            name=form.cleaned_data["name"],
            scope=form.cleaned_data["scope"],
            now=timezone.now(),
            expires_at=form.expires_at(),
            secret=commands.new_secret(),
        )
        form = TokenForm()
    context = {
        "form": form,
        "secret": secret,
        "now": timezone.now(),
        "moment_format": "j F Y, g:i a" if _member(request).hour_format == "12" else "j F Y, H:i",
        "tokens": queries.tokens_of(_member(request)),
    }
    return render(request, "accounts/tokens.html", context)


@login_required
@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    token = queries.token_of(member=_member(request), token_id=token_id)
    if token is None:
        raise Http404
    commands.revoke_token(token=token, now=timezone.now())
    messages.success(request, f"The token {token.name} does not work any more.")
    return redirect("settings-tokens")


def _safe_next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("settings-profile")


def _grant(request: HttpRequest) -> oauth.Grant:
    kept = request.session.get(_ATTEMPT)
    if kept is None:
        raise ConsentError("You have not started to connect an account here. Start again.")
    attempt, answer = oauth.Attempt(**kept), request.GET.dict()
    oauth.check_state(answer=answer, attempt=attempt)
    # Spent only now: a stranger's link must not end an attempt that is under way.
    del request.session[_ATTEMPT]
    code = oauth.code_in(answer=answer)
    return oauth.exchange(code=code, attempt=attempt, redirect_uri=_redirect_uri())


def _consent_failed(request: HttpRequest, error: ConsentError) -> HttpResponse:
    return render(request, "accounts/consent_failed.html", {"reason": error.detail}, status=400)


def _redirect_uri() -> str:
    return settings.PUBLIC_BASE_URL.rstrip("/") + reverse("settings-account-connected")


def _member(request: HttpRequest) -> Member:
    return cast("Member", request.user)
