"""An event as one particular reader may see it.

google-calendar-api.md sections 2.2 (roles), 3.2 (zones), 3.4 (guest lists), 3.5 (reminders).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from google_simulator.access import role_of
from google_simulator.resources import attendee
from google_simulator.times import Resource, reprint

if TYPE_CHECKING:
    from google_simulator.world import Calendar

_BUSY_FIELDS = (
    "kind", "etag", "id", "status", "created", "updated", "start", "end", "recurringEventId",
    "originalStartTime", "iCalUID", "sequence", "eventType",
)  # fmt: skip
Render = Callable[[Resource], Resource]


@dataclass(frozen=True)
class View:
    """Who looks at a calendar, and how they want to see it."""

    viewer: str
    role: str
    time_zone: str = ""
    max_attendees: int = 0

    @classmethod
    def of(
        cls, calendar: Calendar, viewer: str, *, time_zone: str = "", max_attendees: int = 0
    ) -> View:
        """The view that a person has of a calendar."""
        if time_zone == calendar.time_zone:
            time_zone = ""
        return cls(viewer, role_of(calendar, viewer), time_zone, max_attendees)

    @property
    def busy_only(self) -> bool:
        """Whether only free and busy may be seen at all."""
        return self.role == "freeBusyReader"


def renderer(calendar: Calendar, view: View) -> Render | None:
    """The changes that a view asks of each resource; None if it may see them as they are."""
    steps: list[Render] = []
    if view.viewer != calendar.owner:
        steps.append(lambda resource: _own_reminders(calendar, resource, view.viewer))
    if view.busy_only:
        steps.append(_busy)
    elif view.role in {"reader", "writerWithoutPrivateAccess"}:
        steps.append(_hide_private)
    if view.max_attendees:
        steps.append(lambda resource: _few_attendees(calendar, resource, view.max_attendees))
    if view.time_zone:
        steps.append(lambda resource: in_zone(resource, view.time_zone))
    if not steps:
        return None

    def render(resource: Resource) -> Resource:
        for step in steps:
            resource = step(resource)
        return resource

    return render


def render_all(calendar: Calendar, view: View, resources: Iterable[Resource]) -> list[Resource]:
    """All resources as the view shows them."""
    render = renderer(calendar, view)
    return list(resources) if render is None else [render(resource) for resource in resources]


def render_one(calendar: Calendar, view: View, resource: Resource) -> Resource:
    """One resource as the view shows it."""
    return render_all(calendar, view, [resource])[0]


def _own_reminders(calendar: Calendar, resource: Resource, viewer: str) -> Resource:
    if "reminders" not in resource:
        return resource
    row = calendar.rows.get(resource["id"])
    own = row.reminders.get(viewer) if row is not None else None
    return resource | {"reminders": own or {"useDefault": True}}


def _busy(resource: Resource) -> Resource:
    seen = {name: resource[name] for name in _BUSY_FIELDS if name in resource}
    if "recurrence" in resource:
        seen["recurrence"] = resource["recurrence"]
    return seen if resource["status"] == "cancelled" else seen | {"visibility": "private"}


def _hide_private(resource: Resource) -> Resource:
    hidden = resource.get("visibility") in {"private", "confidential"}
    return _busy(resource) if hidden else resource


def _few_attendees(calendar: Calendar, resource: Resource, most: int) -> Resource:
    """Over the limit only the participant's own entry is shown (3.4)."""
    if len(resource.get("attendees", ())) <= most:
        return resource
    own = attendee(resource, calendar.id)
    made = {name: value for name, value in resource.items() if name != "attendees"}
    return made | ({"attendees": [own]} if own else {}) | {"attendeesOmitted": True}


def in_zone(resource: Resource, zone_name: str) -> Resource:
    """The same event with its times printed in another zone."""
    times = {
        name: reprint(resource[name], zone_name)
        for name in ("start", "end", "originalStartTime")
        if name in resource
    }
    return resource | times
