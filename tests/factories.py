"""Factories of rows, with values that a reader does not have to think about."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import factory

from accounts.models import GoogleAccount, Member
from calendars import cache, cached_row
from calendars.models import (
    AccountSyncState,
    CachedEvent,
    Calendar,
    CalendarSyncState,
    SyncStatus,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)


class MemberFactory(factory.django.DjangoModelFactory[Member]):
    class Meta:
        model = Member
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"member{n}")
    email = factory.LazyAttribute(lambda member: f"{member.username}@example.test")
    password = factory.django.Password("a-long-passphrase")


class GoogleAccountFactory(factory.django.DjangoModelFactory[GoogleAccount]):
    class Meta:
        model = GoogleAccount
        skip_postgeneration_save = True

    member = factory.SubFactory(MemberFactory)
    email = factory.LazyAttribute(lambda account: f"{account.member.username}@example.test")
    connected_at = NOW

    @factory.post_generation
    def state(self: GoogleAccount, create: bool, extracted: Any, **_: Any) -> None:
        AccountSyncState.objects.create(account=self)


class CalendarFactory(factory.django.DjangoModelFactory[Calendar]):
    """A calendar of which the ordinary window around NOW is cached."""

    class Meta:
        model = Calendar
        skip_postgeneration_save = True

    account = factory.SubFactory(GoogleAccountFactory)
    google_id = factory.Sequence(lambda n: f"calendar{n}@group.calendar.google.com")
    summary = "Team"
    time_zone = "Europe/Berlin"
    access_role = "owner"

    @factory.post_generation
    def sync_state(self: Calendar, create: bool, extracted: Any, **_: Any) -> None:
        CalendarSyncState.objects.create(
            calendar=self,
            google_calendar_id=self.google_id,
            window_start=NOW - dt.timedelta(days=30),
            window_end=NOW + dt.timedelta(days=90),
            sync_token="token",
            status=SyncStatus.OK,
            last_full_sync_at=NOW,
            last_incremental_sync_at=NOW,
        )


def cached(calendar: Calendar, resource: Mapping[str, Any], **times: Any) -> CachedEvent:
    """Put an event into the cache as if Google had just given it."""
    agreed = {
        "kind": "calendar#event",
        "etag": '"1"',
        "status": "confirmed",
        "start": {"dateTime": "2026-03-11T10:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-03-11T11:00:00+01:00", "timeZone": "Europe/Berlin"},
        "eventType": "default",
        **resource,
        **times,
    }
    event = cached_row.new_event(calendar=calendar, event_id=agreed["id"], local_id=None)
    cache.save_event(event, agreed=agreed, etag=agreed["etag"], operations=[], now=NOW)
    return event
