"""One change that waits for the member, in words, with what can be done about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse

from accounts.models import AccountStatus
from calendars import cache
from calendars.event_resource import is_cancelled
from calendars.models import LocalStatus, OperationStatus, OutboxOperation
from calendars.sync.core.proposals import expires_at
from calendars.sync.core.settling import Choice, ConflictKind
from calendars.sync.core.values import changed_units, fields_of, same_field, unit_of
from calendars.web.asked import Wanted
from calendars.web.cards import BADGES, Sign
from calendars.web.chip import ago
from calendars.web.field_words import LABELS
from calendars.web.problem_occurrences import told_of_occurrences
from calendars.web.problem_rows import TOLD_OF_ALL, Row, rows_of, when_of
from calendars.web.words import WITHOUT_TITLE, Reader, reader_of, short_day, way_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import GoogleAccount, Member
    from calendars.web.asked import Asked

_CONFLICTS: Final = {
    ConflictKind.EDIT_EDIT: "You and somebody at Google changed this at the same time. Google's "
    "version is shown until you choose.",
    ConflictKind.EDIT_DELETE: "You changed this while it was deleted at Google.",
    ConflictKind.DELETE_EDIT: "You deleted this while it was changed at Google.",
}
_CHOICES: Final = {
    ConflictKind.EDIT_EDIT: {
        Choice.MINE: "Keep mine",
        Choice.THEIRS: "Keep Google's",
        Choice.BOTH: "Keep both",
    },
    ConflictKind.EDIT_DELETE: {Choice.MINE: "Bring it back", Choice.THEIRS: "Leave it deleted"},
    ConflictKind.DELETE_EDIT: {Choice.MINE: "Delete anyway", Choice.THEIRS: "Keep the event"},
}
_HEADS: Final = {
    ConflictKind.EDIT_EDIT: ("Mine", "Google's"),
    ConflictKind.EDIT_DELETE: ("Before", "Mine"),
    ConflictKind.DELETE_EDIT: ("When you deleted it", "At Google now"),
}
_REFUSED: Final = {
    Wanted.CREATE: "Google did not take this new event.",
    Wanted.CHANGE: "Google did not take this change.",
    Wanted.FOLLOWING: "Google did not take this change of this and the following events.",
    Wanted.DELETE: "Google did not delete this event.",
    Wanted.MOVE: "Google did not move this event.",
}
_LATE: Final = "The event was changed since: who approves is asked which to keep."
_TIME: Final = ("start", "end", "recurrence")
RECONNECT_URL: Final = "settings-accounts"


@dataclass(frozen=True, slots=True)
class Action:
    """A button. ``does`` says what it does where its name is not enough; ``asks`` first."""

    name: str
    label: str
    kind: str = ""
    does: str = ""
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """``heads`` are those of the columns of ``rows``; the first one is empty where there is
    nothing to put beside the other. ``when`` says which event it is about. With ``mergeable`` each
    row can be taken from either. ``others`` are operations that are decided with this one;
    ``accounts_url`` leads to what has to be connected again first.
    """

    op_id: int
    badge: Sign
    title: str
    when: str
    sentence: str
    about: str
    heads: tuple[str, str]
    rows: Sequence[Row] = ()
    actions: Sequence[Action] = field(default_factory=tuple)
    mergeable: bool = False
    event_url: str = ""
    edit_url: str = ""
    others: Sequence[int] = ()
    accounts_url: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """``calendars`` are the names of the member's calendars by their ids."""

    member: Member
    now: dt.datetime
    calendars: Mapping[str, str]

    @property
    def reader(self) -> Reader:
        return reader_of(self.member)

    def conflict(self, entry: Mapping[str, Any]) -> Problem:
        """``entry`` is one of ``outbox.conflicts``."""
        problem = self._side_by_side(entry)
        return told_of_occurrences(problem, entry["occurrences"], self.reader)

    def _side_by_side(self, entry: Mapping[str, Any]) -> Problem:
        kind = ConflictKind(entry["kind"])
        known = {**entry["base"], **(entry["event"] or {})}
        mine, theirs = _sides(kind, entry)
        choices = entry["choices"]
        return Problem(
            op_id=entry["op_id"],
            badge=BADGES[LocalStatus.CONFLICT],
            title=known.get("summary") or entry["mine"].get("summary") or WITHOUT_TITLE,
            when=when_of(entry["event"] or _last_known(entry["op_id"]), reader=self.reader),
            sentence=_CONFLICTS[kind],
            about=self._about(
                self._name(entry["calendar_id"]),
                entry["via"],
                dt.datetime.fromisoformat(entry["created_at"]),
            ),
            heads=_HEADS[kind],
            rows=rows_of(
                mine,
                theirs,
                known,
                reader=self.reader,
                marked=kind is not ConflictKind.EDIT_DELETE,
            ),
            actions=[
                Action(choice, label, "primary" if choice == Choice.MINE else "", choices[choice])
                for choice, label in _CHOICES[kind].items()
                if choice in choices
            ],
            mergeable=Choice.MERGE in choices and len({unit_of(each) for each in mine}) > 1,
            event_url=_event_url(entry["calendar_id"], entry["event_id"]) if entry["event"] else "",
        )

    def failure(self, asked: Asked) -> Problem:
        error = next((each.error for each in asked.steps if each.error), "")
        return self._of(
            asked,
            badge=BADGES[LocalStatus.FAILED],
            sentence=f"{_REFUSED[asked.wanted]} {error}".strip(),
            actions=[Action("retry", "Try again", "primary"), self._giving_up(asked)],
            can_edit=asked.wanted in (Wanted.CREATE, Wanted.CHANGE),
        )

    def proposal(self, asked: Asked) -> Problem:
        via = asked.operation.actor_via or "A program"
        left = expires_at(asked.operation.created_at) - self.now
        late = f" {_LATE}" if asked.wanted is Wanted.CHANGE and _is_late(asked.operation) else ""
        return self._of(
            asked,
            badge=BADGES[LocalStatus.PROPOSED],
            sentence=f"{via} proposes {asked.wanted.value}. {_lasts(left)}{late}",
            actions=[Action("approve", "Approve", "primary"), Action("decline", "Decline")],
        )

    def waiting(self, asked: Asked) -> Problem:
        account = asked.operation.calendar.account
        paused = account.status != AccountStatus.CONNECTED
        if paused:
            sentence = f"Waits until you connect {account} again: {asked.wanted.value}."
        elif self._rests(account):
            sentence = f"Waits, for Google takes no changes for now: {asked.wanted.value}."
        elif any(each.status == OperationStatus.IN_FLIGHT for each in asked.steps):
            sentence = f"Being sent to Google now: {asked.wanted.value}."
        elif any(each.attempts for each in asked.steps):
            sentence = f"Waits for Google, which could not be asked yet: {asked.wanted.value}."
        else:
            sentence = f"Goes to Google next: {asked.wanted.value}."
        return self._of(
            asked,
            badge=BADGES[LocalStatus.PENDING],
            sentence=f"{sentence} {'' if paused else asked.operation.error}".strip(),
            actions=[Action("undo", "Undo")],
            accounts_url=reverse(RECONNECT_URL) if paused else "",
        )

    def _rests(self, account: GoogleAccount) -> bool:
        """Whether Google has refused all changes of an account for some time."""
        state = getattr(account, "sync_state", None)
        until = state.writes_paused_until if state else None
        return until is not None and until > self.now

    def _giving_up(self, asked: Asked) -> Action:
        if asked.wanted is Wanted.DELETE:
            return Action("discard", "Keep the event")
        if asked.wanted is Wanted.MOVE:
            return Action("discard", f"Leave it in {self._name(asked.source)}")
        asks = "" if _can_come_back(asked) else "This is given up for good. Discard it?"
        return Action("discard", "Discard", "danger", asks=asks)

    def _of(
        self,
        asked: Asked,
        *,
        badge: Sign,
        sentence: str,
        actions: Sequence[Action],
        can_edit: bool = False,
        accounts_url: str = "",
    ) -> Problem:
        operation = asked.operation
        now = _shown(operation)
        known = {**now, **operation.base, **operation.payload}
        google_id = operation.calendar.google_id
        url = _event_url(google_id, operation.event_id) if now else ""
        heads, rows = self._sides_of(asked, known)
        return Problem(
            op_id=operation.op_id,
            badge=badge,
            title=(operation.base.get("summary") or now.get("summary") or known.get("summary"))
            or WITHOUT_TITLE,
            when=self._when(asked, now or known),
            sentence=sentence,
            about=self._about(str(operation.calendar), operation.actor_via, operation.created_at),
            heads=heads,
            rows=rows,
            actions=actions,
            event_url=url,
            edit_url=f"{url}edit" if url and can_edit else "",
            others=asked.others,
            accounts_url=accounts_url,
        )

    def _sides_of(
        self, asked: Asked, known: Mapping[str, Any]
    ) -> tuple[tuple[str, str], Sequence[Row]]:
        """What is put beside one another, and how the two columns are called."""
        operation = asked.operation
        if asked.wanted is Wanted.MOVE:
            places = (self._name(asked.source), self._name(asked.destination))
            return ("From", "To"), [Row("calendar", "Calendar", *places, differs=False)]
        if asked.wanted is Wanted.FOLLOWING:
            series = next(each for each in asked.steps if each is not operation)
            before = {**_shown(series), **series.base}
            after = {name: operation.payload.get(name) for name in _differing(before, operation)}
            before = {name: before.get(name) for name in after}
            return ("The series now", "From then on"), rows_of(
                before, after, known, reader=self.reader
            )
        if asked.wanted is Wanted.CHANGE:
            return ("Before", "After"), rows_of(
                operation.base, operation.payload, known, reader=self.reader
            )
        of_all = operation.payload if asked.wanted is Wanted.CREATE else operation.base
        return ("", "The event"), rows_of({}, of_all, known, reader=self.reader, only=TOLD_OF_ALL)

    def _when(self, asked: Asked, event: Mapping[str, Any]) -> str:
        """Nothing where the table says it: of a new event, and of one that is to be deleted."""
        told = asked.wanted in (Wanted.CREATE, Wanted.FOLLOWING, Wanted.DELETE)
        return "" if told else when_of(event, reader=self.reader)

    def _name(self, calendar_id: str) -> str:
        return self.calendars.get(calendar_id, calendar_id)

    def _about(self, calendar: str, via: str, created_at: dt.datetime) -> str:
        way = way_in_words(via)
        when = f"asked for {ago(self.now - created_at)}"
        if self.now - created_at > dt.timedelta(hours=12):
            wall = created_at.astimezone(self.reader.zone)
            when = f"asked for on {short_day(wall.date())}, {self.reader.clock(wall)}"
        return " · ".join(filter(None, [calendar, when, way]))


def _can_come_back(asked: Asked) -> bool:
    """Whether what is given up can be asked for again; see ``commands.again``."""
    return asked.wanted is Wanted.CHANGE and asked.operation.saga is None


def _shown(operation: OutboxOperation) -> Mapping[str, Any]:
    """Its event as it shows now; empty where it is gone."""
    event = cache.find_event(calendar_id=operation.calendar_id, event_id=operation.event_id)
    return event.resource if event and not is_cancelled(event.resource) else {}


def _is_late(proposal: OutboxOperation) -> bool:
    """Whether what it would change was changed since."""
    now = _shown(proposal)
    return bool(now) and any(
        not same_field(name, now.get(name), value) for name, value in proposal.base.items()
    )


def _last_known(op_id: int) -> Mapping[str, Any]:
    """Of an event that Google has deleted, what is left here."""
    operation = OutboxOperation.objects.get(pk=op_id)
    event = cache.find_event(calendar_id=operation.calendar_id, event_id=operation.event_id)
    return {**(event.resource if event else {}), **operation.base}


def _differing(before: Mapping[str, Any], create: OutboxOperation) -> list[str]:
    """The fields to compare where a series is changed from an event on: when, and what differs."""
    wanted = create.payload
    return [
        name
        for name in LABELS
        if (name in _TIME and name in wanted)
        or (
            (name in wanted or name in before)
            and not same_field(name, wanted.get(name), before.get(name))
        )
    ]


def _sides(
    kind: ConflictKind, entry: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    if kind is ConflictKind.EDIT_EDIT:
        return entry["mine"], entry["theirs"]
    if kind is ConflictKind.EDIT_DELETE:
        return {name: entry["base"].get(name) for name in entry["mine"]}, entry["mine"]
    before, at_google = entry["base"], entry["event"] or {}
    names = [each for unit in changed_units(before, at_google) for each in fields_of(unit)]
    return (
        {name: before.get(name) for name in names},
        {name: at_google.get(name) for name in names},
    )


def _lasts(left: dt.timedelta) -> str:
    if left < dt.timedelta(days=1):
        hours = max(1, left // dt.timedelta(hours=1))
        return f"It lapses in {hours} hour{'' if hours == 1 else 's'}."
    return f"It lapses in {left.days} day{'' if left.days == 1 else 's'}."


def _event_url(calendar_id: str, event_id: str) -> str:
    return reverse("event-card", args=[calendar_id, event_id])
