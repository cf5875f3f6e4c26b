"""What the forms of new and existing events share: how they are shown, and what helps typing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from calendars.queries.guest_suggestions import suggested_guests
from calendars.web.edge import MemberRequest, member_page
from calendars.web.event_form import EventForm
from calendars.web.repeat_fields import KEEP, REPEAT_FIELDS
from calendars.web.repeat_preview import Preview, preview
from calendars.web.views.after import dialog
from calendars.web.words import reader_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from accounts.models import Member
    from calendars.models import Calendar


@require_safe
@member_page
def guests(request: MemberRequest) -> HttpResponse:
    """Whom ``q`` may mean, as options of a list."""
    found = suggested_guests(
        member=request.user,
        typed=request.GET.get("q", ""),
        without=request.GET.getlist("without"),
        now=timezone.now(),
    )
    return render(request, "calendar/_guest_options.html", {"people": found})


@require_POST
@member_page
def repeats(request: MemberRequest) -> HttpResponse:
    """The next dates of the rule that is being typed; nothing is written."""
    form = EventForm(
        request.POST,
        zones=zones_for(request.user, []),
        twelve=reader_of(request.user).twelve,
    )
    return render(
        request, "calendar/_repeat_preview.html", {"preview": _preview(form, request.user)}
    )


def editor(
    request: MemberRequest,
    form: EventForm,
    *,
    shown: EventForm | None = None,
    whole: bool = True,
    **context: Any,
) -> HttpResponse:
    """``shown`` is the form whose rule is previewed, where one was sent."""
    context |= {"form": form, "action": request.path}
    if not request.htmx and not form.is_bound:  # over the calendar scripts say where typing begins
        form.fields["summary"].widget.attrs["autofocus"] = True
    if shown is not None and shown["repeat"].value() != KEEP:
        context["preview"] = _preview(shown, request.user)
    fragment = "calendar/_event_editor.html" if whole else "calendar/_event_form.html"
    return dialog(request, fragment, context, refused=form.is_bound)


def _preview(form: EventForm, member: Member) -> Preview:
    """Of a form that holds mistakes elsewhere too."""
    refused = [form.errors[name][0] for name in REPEAT_FIELDS if name in form.errors]
    if refused:
        return Preview(problem=str(refused[0]))
    chosen = form.cleaned_data.get("repeat")
    if not chosen or chosen == KEEP:
        return Preview()
    if not form.is_timed:
        return Preview(problem="Say when it starts and ends.")
    zone = form.cleaned_data["time_zone"]
    return preview(form.times(), form.rule(), zone=zone, reader=reader_of(member))


def typed_in(form: EventForm) -> dict[str, Any]:
    """What was typed, whether it makes sense or not; what was not sent is as it was."""
    sent = {
        name: field.widget.value_from_datadict(form.data, {}, name)
        for name, field in form.fields.items()
        if not field.disabled
    }
    return {name: value for name, value in sent.items() if value is not None}


def zones_for(member: Member, calendars: Sequence[Calendar], *others: str) -> list[str]:
    """Zones worth offering: the event's, the member's, the calendars'."""
    names = [*others, member.time_zone, *(calendar.time_zone for calendar in calendars), "UTC"]
    return list(dict.fromkeys(names))
