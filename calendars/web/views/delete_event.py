"""Deleting an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from calendars.commands import events as commands
from calendars.commands.actor import Actor
from calendars.commands.telling import LEAVES, has_guests
from calendars.errors import InvalidInputError
from calendars.queries import access
from calendars.queries.events import get_event
from calendars.sync.core.push_plan import is_copy
from calendars.web.delete_form import DeleteForm
from calendars.web.edge import MemberRequest, add_domain_error, member_page
from calendars.web.views.after import back_url, deleted, dialog
from calendars.web.words import UNTITLED

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def delete(request: MemberRequest, calendar_id: str, event_id: str) -> HttpResponse:
    """A POST deletes; of a recurring event it has to say which occurrences, or is asked."""
    target = access.event_of(member=request.user, calendar_id=calendar_id, event_id=event_id)
    resource = get_event(target=target)
    form = DeleteForm.of(request.POST, resource=resource, next_url=back_url(request))
    if request.method == "POST" and form.is_valid():
        try:
            change = commands.delete_event(
                actor=Actor(request.user, "web"),
                target=target,
                scope=form.scope_chosen,
                notify=form.notify,
                now=timezone.now(),
            )
        except InvalidInputError as error:
            add_domain_error(form, error)
        else:
            return deleted(request, change)
    context = {
        "title": f"Delete “{resource.get('summary') or UNTITLED}”?",
        "note": LEAVES if is_copy(resource) and has_guests(resource) else "",
        "form": form,
        "action": reverse("event-delete", args=[calendar_id, event_id]),
    }
    return dialog(request, "calendar/_event_delete.html", context, refused=request.method == "POST")
