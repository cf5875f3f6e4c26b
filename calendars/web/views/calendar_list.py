"""Settings → Calendar: the calendars of every account, and what can be done with each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget, trigger_client_event

from accounts.queries import accounts_of
from calendars.commands import calendar_list as commands
from calendars.commands.actor import Actor
from calendars.commands.calendars import select_calendars
from calendars.errors import InvalidInputError, NotFoundError
from calendars.models import ListChangeStatus
from calendars.queries.access import calendar_of
from calendars.queries.calendar_list import (
    calendar_entries,
    calendar_names,
    list_change_of,
    open_changes,
)
from calendars.web.calendar_list import ListedCalendar, listed_calendar, lists_of, why_fixed
from calendars.web.edge import MemberRequest, add_domain_error, member_page
from calendars.web.list_forms import ColourForm, SubscribeForm
from calendars.web.style_classes import CALENDAR_COLOURS
from calendars.web.views.after import REFUSED, dialog
from calendars.web.views.asking import page_or_part, version_of
from calendars.web.views.live import Toast

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.models import Member


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def calendars(request: MemberRequest) -> HttpResponse:
    """All calendars with a box for each. With HTMX each box is sent at once, else by Save; and a
    page that asks again hears nothing where all is the same.
    """
    if request.method == "POST":
        return _shown(request)
    context = {**_context(request.user), "subscribing": _subscribe_form(request.user)}
    return page_or_part(request, "calendar/settings.html", "calendar/_calendar_list.html", context)


@require_POST
@member_page
def subscribe(request: MemberRequest) -> HttpResponse:
    form = _subscribe_form(request.user, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            commands.subscribe(
                actor=_actor(request),
                google_id=said["calendar"],
                account_email=said["account"],
                now=timezone.now(),
            )
        except InvalidInputError as error:
            add_domain_error(form, error)
        else:
            return _answer(
                request,
                Toast("It appears as soon as Google has told what it is."),
                subscribing=_subscribe_form(request.user),
            )
    if not request.htmx:
        context = {**_context(request.user), "subscribing": form}
        return render(request, "calendar/settings.html", context, status=REFUSED)
    refused = render(request, "calendar/_subscribe.html", {"subscribing": form}, status=REFUSED)
    return retarget(reswap(refused, "outerHTML"), "#subscribe")


@require_safe
@member_page
def entry(request: MemberRequest, calendar_id: str) -> HttpResponse:
    """One calendar: what is known of it, its colour, and the ways off the list."""
    calendar = _listed(request.user, calendar_id)
    account = calendar_of(member=request.user, calendar_id=calendar_id).account
    number = calendar.tint.removeprefix("tint-")
    context = {
        "title": calendar.name,
        "calendar": calendar,
        "account": account,
        "fixed": why_fixed(account),
        "form": ColourForm(
            initial={
                "colour": number if number in CALENDAR_COLOURS else "",
                "exact": calendar.colour.lower(),
            }
        ),
    }
    return dialog(request, "calendar/_list_entry.html", context)


@require_POST
@member_page
def change(request: MemberRequest, calendar_id: str) -> HttpResponse:
    """``colour`` is a number of Google's palette, ``hidden`` yes or no; either may be sent."""
    before = _listed(request.user, calendar_id)
    hidden = {"yes": True, "no": False}.get(request.POST.get("hidden", ""))
    commands.change_entry(
        actor=_actor(request),
        google_id=calendar_id,
        hidden=hidden,
        background_color=ColourForm(request.POST).background,
        now=timezone.now(),
    )
    if hidden is None:
        said, undo = "has a new colour", {"exact": before.colour} if before.colour else {}
    else:
        said = "is hidden, here and at Google" if hidden else "is shown again"
        undo = {"hidden": "no" if hidden else "yes"}
    url = request.path if undo else ""
    return _answer(request, Toast(f"“{before.name}” {said}.", url, undo))


@require_POST
@member_page
def remove(request: MemberRequest, calendar_id: str) -> HttpResponse:
    calendar = calendar_of(member=request.user, calendar_id=calendar_id)
    commands.remove(actor=_actor(request), google_id=calendar.google_id, now=timezone.now())
    back = {"calendar": calendar.google_id, "account": calendar.account.email}
    sentence = f"“{calendar}” leaves your list, here and at Google."
    return _answer(request, Toast(sentence, reverse("settings-list-subscribe"), back))


@require_POST
@member_page
def refused(request: MemberRequest, pk: int, action: str) -> HttpResponse:
    """What to do about a change of the list that Google has refused."""
    refusal = list_change_of(member=request.user, pk=pk)
    if action == "again":
        commands.try_again(actor=_actor(request), change=refusal, now=timezone.now())
        return _answer(request, Toast("Google is asked again."))
    if action == "dismiss":
        commands.dismiss(change=refusal)
        return _answer(request, Toast("It stays as it is at Google."))
    raise NotFoundError("There is no such action.")


def _shown(request: MemberRequest) -> HttpResponse:
    try:
        select_calendars(member=request.user, google_ids=request.POST.getlist("calendars"))
    except InvalidInputError:
        messages.error(request, "The calendars have changed meanwhile. Choose again.")
        return redirect("settings-calendar")
    context = _context(request.user)
    every = [each for account in context["lists"] for each in account.calendars]
    number = sum(each.is_shown for each in every)
    return _answer(request, Toast(f"The calendar shows {number} of {len(every)}."))


def _answer(
    request: MemberRequest, toast: Toast, *, subscribing: SubscribeForm | None = None
) -> HttpResponse:
    """The lists as they are now, with a sentence; the dialog closes."""
    if not request.htmx:
        messages.success(request, toast.text)
        return redirect("settings-calendar")
    context = {**_context(request.user), "toast": toast, "subscribing": subscribing}
    response = render(request, "calendar/_calendar_list_changed.html", context)
    return trigger_client_event(response, "event-saved")


def _context(member: Member) -> dict[str, Any]:
    now = timezone.now()
    changes = open_changes(member=member)
    lists = lists_of(
        accounts_of(member),
        calendar_entries(member=member, now=now),
        changes,
        names=calendar_names(member=member),
        now=now,
    )
    waits = any(each.status == ListChangeStatus.PENDING for each in changes)
    return {"lists": lists, "version": version_of(lists), "ask_every": 3 if waits else 30}


def _subscribe_form(member: Member, data: Any = None) -> SubscribeForm:
    addresses = [each.email for each in accounts_of(member) if each.email and not why_fixed(each)]
    return SubscribeForm(data, accounts=addresses)


def _listed(member: Member, calendar_id: str) -> ListedCalendar:
    """The entry of one calendar. Raises NotFoundError."""
    now = timezone.now()
    for each in calendar_entries(member=member, now=now):
        if each["calendar_id"] == calendar_id:
            return listed_calendar(each, open_changes(member=member), now=now)
    raise NotFoundError("There is no such calendar.", calendar_id=calendar_id)


def _actor(request: MemberRequest) -> Actor:
    return Actor(request.user, "web")
