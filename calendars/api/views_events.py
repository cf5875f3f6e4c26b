"""Events: list, search, create, read, change, delete."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from drf_spectacular.utils import OpenApiExample

from calendars.api import parameters as p
from calendars.api.base import ApiView, answer, known_etags, not_modified, raw_answer
from calendars.api.errors import ErrorCode
from calendars.api.event_shapes import EventChanges, NewEvent, Removal
from calendars.api.queued import queued_answer
from calendars.api.schema import operation
from calendars.api.serializers import (
    CreatedAnswer,
    EventAnswer,
    EventPageAnswer,
    PlanAnswer,
    QueuedAnswer,
)
from calendars.commands import events as commands
from calendars.commands.calendars import want_span
from calendars.commands.scope import Scope
from calendars.models import Notify
from calendars.queries import access
from calendars.queries import events as queries
from calendars.queries.search import search_events

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

    from calendars.models import Calendar
    from calendars.queries.events import EventPage

_EVENT: Final = ("calendar_id", "event_id")
_SCOPE: Final = p.choice(
    "scope",
    about="Which occurrences of a recurring event are meant; required for recurring targets.",
    choices=[each.value for each in Scope],
)
_NOTIFY: Final = p.choice("notify", about="Which guests Google tells.", choices=Notify.values)
_LIMIT: Final = p.limit(default=1_000, most=2_500)
_SEARCH_LIMIT: Final = p.limit(default=50, most=250)
_SEARCH_MIN: Final = replace(p.TIME_MIN, about="Start of the span. Default: a year ago.")
_SEARCH_MAX: Final = replace(p.TIME_MAX, about="End of the span. Default: a year ahead.")
_READ_ERRORS: Final = (ErrorCode.NOT_FOUND, ErrorCode.NO_GOOGLE_ACCOUNT)
_WRITE_ERRORS: Final = (*_READ_ERRORS, ErrorCode.NOT_WRITABLE)
_CHANGE_ERRORS: Final = (*_WRITE_ERRORS, ErrorCode.SCOPE_REQUIRED, ErrorCode.ALREADY_DELETED)
_NEW_EVENT: Final = OpenApiExample(
    "A meeting with guests",
    value={
        "summary": "Team Meeting",
        "start": "2026-01-15T10:00:00-08:00",
        "end": "2026-01-15T11:00:00-08:00",
        "location": "Conference Room A",
        "attendees": ["alice@example.com", "bob@example.com"],
    },
    request_only=True,
)
_CHANGES: Final = OpenApiExample(
    "Move one meeting of a series",
    value={
        "start": "2026-01-15T14:00:00-08:00",
        "end": "2026-01-15T15:00:00-08:00",
        "scope": "instance",
    },
    request_only=True,
)


class EventListView(ApiView):
    @operation(
        name="list_events",
        about="""List events of a span.
        Answered from the cache; series are expanded to instances, ordered by start. An answer
        carries an `ETag`: with `If-None-Match`, 304 says that nothing has changed.""",
        parameters=[p.TIME_MIN, p.TIME_MAX, p.CALENDAR_ID, _LIMIT, p.CURSOR],
        answers={200: EventPageAnswer, 304: None},
        errors=_READ_ERRORS,
    )
    def get(self, request: Request) -> HttpResponse:
        start, end = p.span_of(self.given, zone=self.member.zone, now=self.now)
        page = queries.list_events(
            member=self.member,
            time_min=start,
            time_max=end,
            calendar_ids=self.given.get("calendar_id"),
            limit=self.given["limit"],
            cursor=self.given.get("cursor"),
            now=self.now,
            known_etag=next(iter(known_etags(request)), None),
        )
        if page.uncovered:
            want_span(calendars=page.uncovered, time_min=start, time_max=end, now=self.now)
        return _page_answer(page, request)


class EventSearchView(ApiView):
    @operation(
        name="search_events",
        about="""Search events by words, in the shape of the list, best first.
        Near comes before far, a title before other text, a series by its three nearest
        occurrences. Each word is found as a beginning, whatever its case and accents. From a year
        ago to a year ahead, where the span does not say otherwise.""",
        parameters=[p.QUERY, _SEARCH_MIN, _SEARCH_MAX, p.CALENDAR_ID, _SEARCH_LIMIT, p.CURSOR],
        answers={200: EventPageAnswer},
        errors=_READ_ERRORS,
    )
    def get(self, request: Request) -> HttpResponse:
        page = search_events(
            member=self.member,
            q=self.given["q"],
            time_min=self.given.get("time_min"),
            time_max=self.given.get("time_max"),
            calendar_ids=self.given.get("calendar_id"),
            limit=self.given["limit"],
            cursor=self.given.get("cursor"),
            now=self.now,
        )
        return _page_answer(page, request)


class EventCreateView(ApiView):
    takes_proposals = True
    repeats_are_one = True

    @operation(
        name="create_event",
        about="""Create an event.
        Queued and shown at once; Google learns of it in the background.""",
        parameters=[p.DRY_RUN],
        takes=NewEvent,
        answers={200: PlanAnswer, 202: CreatedAnswer},
        errors=_WRITE_ERRORS,
        examples=[_NEW_EVENT],
        reads=False,
    )
    def post(self, _: Request) -> HttpResponse:
        fields = self.body()
        calendar_id = p.taken_text(fields, "calendar_id")
        queued = commands.create_event(
            actor=self.actor,
            calendar=self._calendar(calendar_id),
            notify=p.taken_choice(fields, "notify", Notify),
            fields=fields,
            now=self.now,
            new_id=uuid.uuid4(),
        )
        return queued_answer(queued, tried_at=self.tried_at, event_id=queued.operation.event_id)

    def _calendar(self, calendar_id: str | None) -> Calendar:
        if calendar_id:
            return access.calendar_of(member=self.member, calendar_id=calendar_id)
        return access.calendar_for_new_events(self.member)


class EventView(ApiView):
    takes_proposals = True

    @operation(
        name="get_event",
        about="Read one event, series or instance.",
        path=_EVENT,
        answers={200: EventAnswer},
        errors=[*_READ_ERRORS, ErrorCode.ALREADY_DELETED],
    )
    def get(self, _: Request, calendar_id: str, event_id: str) -> HttpResponse:
        target = self._target(calendar_id, event_id)
        body = {"status": "ok", "event": queries.get_event(target=target)}
        if recurs := queries.recurrence_of(target=target, now=self.now):
            body["recurrence"] = recurs
        return answer(body)

    @operation(
        name="update_event",
        about="""Change some fields of an event.
        Queued and shown at once. `scope` may stand in the body or in the query.""",
        path=_EVENT,
        parameters=[_SCOPE, _NOTIFY, p.DRY_RUN],
        takes=EventChanges,
        answers={200: PlanAnswer, 202: QueuedAnswer},
        errors=_CHANGE_ERRORS,
        examples=[_CHANGES],
        reads=False,
    )
    def patch(self, _: Request, calendar_id: str, event_id: str) -> HttpResponse:
        changes = self.body()
        scope, notify = self._how(changes)
        queued = commands.update_event(
            actor=self.actor,
            target=self._target(calendar_id, event_id),
            changes=changes,
            scope=scope,
            notify=notify,
            now=self.now,
        )
        return queued_answer(queued, tried_at=self.tried_at)

    @operation(
        name="delete_event",
        about="""Delete an event.
        It disappears at once, and comes back with its reason if Google refuses.""",
        path=_EVENT,
        parameters=[_SCOPE, _NOTIFY, p.DRY_RUN],
        takes=Removal,
        answers={200: PlanAnswer, 202: QueuedAnswer},
        errors=_CHANGE_ERRORS,
        reads=False,
    )
    def delete(self, _: Request, calendar_id: str, event_id: str) -> HttpResponse:
        body = self.body()
        scope, notify = self._how(body)
        if body:
            raise p.unknown_names(list(body), known={"scope": "", "notify": ""}, kind="field")
        queued = commands.delete_event(
            actor=self.actor,
            target=self._target(calendar_id, event_id),
            scope=scope,
            notify=notify,
            now=self.now,
        )
        return queued_answer(queued, tried_at=self.tried_at)

    def _target(self, calendar_id: str, event_id: str) -> access.EventTarget:
        return access.event_of(member=self.member, calendar_id=calendar_id, event_id=event_id)

    def _how(self, body: dict[str, Any]) -> tuple[Scope | None, Notify | None]:
        """``scope`` and ``notify``, taken out of the body; what the query says comes first."""
        sent = {name: self.given.get(name) for name in ("scope", "notify")}
        in_body = p.taken_choice(body, "scope", Scope), p.taken_choice(body, "notify", Notify)
        return (
            Scope(sent["scope"]) if sent["scope"] else in_body[0],
            Notify(sent["notify"]) if sent["notify"] else in_body[1],
        )


def _page_answer(page: EventPage, request: Request) -> HttpResponse:
    """The page around its ready texts: nothing is parsed and printed again."""
    if page.unchanged or (page.etag and page.etag in known_etags(request)):
        return not_modified(page.etag)
    metadata = json.dumps(page.metadata)
    text = f'{{"status":"ok","events":[{",".join(page.items)}],"metadata":{metadata}}}'
    return raw_answer(text, etag=page.etag)
