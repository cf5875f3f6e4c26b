"""What single keys lead to: their list, a day by its date, and a sync at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django import forms
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from calendars.commands.calendars import request_sync
from calendars.web.addresses import VIEW_NAMES, address
from calendars.web.edge import MemberRequest, member_page
from calendars.web.views.after import dialog, told
from calendars.web.views.shell import today_of

if TYPE_CHECKING:
    from django.http import HttpResponse

KEYS: Final = (
    (
        "Where you are",
        (
            ("d w m a", "Day, week, month, agenda"),
            ("t", "Today"),
            ("n j", "What comes next"),
            ("p k", "What was before"),
            ("g", "Go to a date"),
            ("/", "Search"),
        ),
    ),
    (
        "Events",
        (
            ("c", "Create an event"),
            (
                "\N{LEFTWARDS ARROW} \N{UPWARDS ARROW} \N{DOWNWARDS ARROW} \N{RIGHTWARDS ARROW}",
                "From event to event",
            ),
            ("Home End", "The first and the last one in view"),
            ("Enter", "Open the event"),
            ("e", "Edit it"),
            ("Delete", "Delete it"),
            ("z", "Undo what you did last"),
        ),
    ),
    (
        "Moving the event that has the focus",
        (
            (
                "Alt \N{UPWARDS ARROW} \N{DOWNWARDS ARROW}",
                "By 15 minutes, an all-day one by a week",
            ),
            ("Alt \N{LEFTWARDS ARROW} \N{RIGHTWARDS ARROW}", "By a day"),
            ("Alt Shift \N{UPWARDS ARROW} \N{DOWNWARDS ARROW}", "Only its end, likewise by a day"),
            ("Escape", "Leave it where it was"),
        ),
    ),
    ("And", (("r", "Sync now"), ("?", "These keys"))),
)


class GoForm(forms.Form):
    """A date to go to, in one of the views."""

    day = forms.DateField(
        label="Date", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    view = forms.ChoiceField(
        choices=[(name, label) for name, label in VIEW_NAMES.items()], widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        if not self.errors and not address(cleaned["view"], cleaned["day"]):
            self.add_error("day", "This date is too far away.")
        return cleaned


@require_safe
@member_page
def keys(request: MemberRequest) -> HttpResponse:
    context = {
        "title": "Keys",
        "groups": [
            (title, [(names.split(" "), does) for names, does in rows]) for title, rows in KEYS
        ],
    }
    return dialog(request, "calendar/_keys.html", context)


@require_safe
@member_page
def go(request: MemberRequest) -> HttpResponse:
    """The day that was asked for; before that, the question for it."""
    asked = "day" in request.GET
    form = GoForm(
        request.GET if asked else None,
        initial={
            "day": today_of(request.user, timezone.now()),
            "view": request.GET.get("view", "calendar-week"),
        },
    )
    if asked and form.is_valid():
        url = address(form.cleaned_data["view"], form.cleaned_data["day"])
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    context = {"title": "Go to a date", "form": form}
    return dialog(request, "calendar/_go.html", context, refused=asked)


@require_POST
@member_page
def sync_now(request: MemberRequest) -> HttpResponse:
    request_sync(member=request.user, full=False, now=timezone.now())
    return told(request, "Google is being asked. What changed appears by itself.")
