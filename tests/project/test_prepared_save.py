"""A prepared save leaves the row that Django's own would have left."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from calendars.models import CachedEvent, OutboxOperation
from secretary_project.prepared_save import insert, save
from tests.factories import NOW

if TYPE_CHECKING:
    from django.db.models import Model

    from accounts.models import Member
    from calendars.models import Calendar


def _operation(calendar: Calendar, **values: Any) -> OutboxOperation:
    return OutboxOperation(
        calendar=calendar, event_id="one", lane="one", op_type="patch", created_at=NOW, **values
    )


def _event(calendar: Calendar, **values: Any) -> CachedEvent:
    return CachedEvent(
        calendar=calendar, event_id="one", event_json='{"summary":"Ä"}', cached_at=NOW, **values
    )


def _stored(row: Model) -> dict[str, Any]:
    return model_to_dict(type(row)._default_manager.get(pk=row.pk), exclude=[row._meta.pk.name])


def test_an_inserted_row_has_a_key_and_is_as_django_stores_it(
    alices_calendar: Calendar, alice: Member
) -> None:
    values: dict[str, Any] = {
        "payload": {"summary": "100 % 'quoted' \N{SNOWMAN}"},
        "actor": alice,
        "saga": uuid.UUID(int=7),
        "applied_at": NOW,
    }
    mine, djangos = (_operation(alices_calendar, **values, step=step) for step in (1, 2))
    insert(mine)
    djangos.save()
    assert mine.pk
    assert mine.pk != djangos.pk
    assert _stored(mine) == {**_stored(djangos), "step": 1}
    mine.status = "applied"
    mine.save(update_fields=["status"])  # Django knows that it is there
    assert _stored(mine)["status"] == "applied"


def test_a_saved_row_is_written_as_a_whole(alices_calendar: Calendar) -> None:
    event = _event(alices_calendar, agreed_json='{"a":1}', start_ts_utc=1, end_ts_utc=2)
    save(event)
    event.event_json, event.agreed_json, event.start_ts_utc = '{"summary":"B"}', None, None
    event.end_ts_utc = None
    save(event)
    found = CachedEvent.objects.get()
    assert (found.pk, found.resource, found.agreed_json) == (event.pk, {"summary": "B"}, None)
    assert (found.start_ts_utc, found.end_ts_utc, found.cached_at) == (None, None, NOW)


def test_a_row_that_is_gone_is_inserted_again_under_its_key(alices_calendar: Calendar) -> None:
    event = _event(alices_calendar)
    save(event)
    CachedEvent.objects.all().delete()
    save(event)
    assert CachedEvent.objects.get() == event


def test_constraints_of_the_table_hold(alices_calendar: Calendar) -> None:
    save(_event(alices_calendar))
    with pytest.raises(IntegrityError), transaction.atomic():
        save(_event(alices_calendar))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(_operation(alices_calendar, status="unheard"))
