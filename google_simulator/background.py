"""What Google does by itself a little later: rooms answer, pending conferences come about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google_simulator import conference, sharing
from google_simulator.series import restamp

if TYPE_CHECKING:
    from google_simulator.world import Task, World


def run_due(world: World) -> None:
    """Carry out every task whose time has come."""
    if not world.tasks:
        return
    now = world.now()
    due = [task for task in world.tasks if task.due <= now]
    world.tasks = [task for task in world.tasks if task.due > now]
    for task in due:
        if task.kind == "room":
            sharing.room_answers(world, task)
        else:
            _settle_conference(world, task)


def _settle_conference(world: World, task: Task) -> None:
    calendar = world.calendars[task.calendar_id]
    row = calendar.rows.get(task.event_id)
    if row is None or row.cancelled or "conferenceData" not in row.resource:
        return
    data = conference.fulfilled(world, row.resource["conferenceData"])
    row.resource = row.resource | {"conferenceData": data}
    restamp(world, calendar, row)
    sharing.propagate(world, calendar, row.id)
