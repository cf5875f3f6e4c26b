"""Open pages hear that something changed; nothing of what changed travels with it."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import redis
from django.test import AsyncRequestFactory

from accounts.models import AccountStatus
from calendars import cache
from calendars.bell import CHANNEL, Listening, Ticking, ring_after_commit
from calendars.models import AccountSyncState, CalendarSyncState, SyncStatus
from calendars.queries.changes import versions_of
from calendars.web.hub import MOST_PAGES_OF_ONE, Hub, Watcher
from calendars.web.views import stream
from tests.coroutines import run
from tests.factories import CalendarFactory, GoogleAccountFactory

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from django.test import Client

    from accounts.models import Member
    from calendars.models import Calendar


def version_of(member: Member) -> str:
    return versions_of([member.pk])[member.pk]


class TestVersion:
    @pytest.mark.parametrize(
        "change",
        [
            lambda calendar: cache.lock(calendar.pk),
            lambda calendar: _select(calendar, False),
            lambda _: CalendarSyncState.objects.update(status=SyncStatus.ERROR),
            lambda calendar: _set_status(calendar, AccountStatus.RECONNECT),
            lambda calendar: AccountSyncState.objects.update_or_create(
                account=calendar.account, defaults={"last_error": "The connection broke off."}
            ),
            lambda calendar: CalendarFactory(account=calendar.account),
        ],
        ids=[
            "a write",
            "a selection",
            "a failed sync",
            "a lost grant",
            "Google out of reach",
            "a new calendar",
        ],
    )
    def test_moves_with_all_that_a_page_shows(
        self, alice: Member, alices_calendar: Calendar, change: Callable[[Calendar], Any]
    ) -> None:
        before = version_of(alice)
        change(alices_calendar)
        assert version_of(alice) != before

    def test_does_not_move_with_what_others_do(
        self, alice: Member, alices_calendar: Calendar, bobs_calendar: Calendar
    ) -> None:
        before = version_of(alice)
        cache.lock(bobs_calendar.pk)
        assert version_of(alice) == before

    def test_tells_two_selections_of_the_same_size_apart(
        self, alice: Member, alices_calendar: Calendar
    ) -> None:
        other = CalendarFactory(account=alices_calendar.account, selected=False)
        before = version_of(alice)
        _select(alices_calendar, False)
        _select(other, True)
        assert version_of(alice) != before

    def test_is_asked_for_all_in_one_statement(
        self,
        alice: Member,
        bob: Member,
        alices_calendar: Calendar,
        bobs_calendar: Calendar,
        django_assert_num_queries: Any,
    ) -> None:
        with django_assert_num_queries(1):
            assert set(versions_of([alice.pk, bob.pk])) == {alice.pk, bob.pk}

    def test_of_a_member_without_calendars_is_empty(self, charlie: Member) -> None:
        GoogleAccountFactory(member=charlie)
        assert version_of(charlie) == ""


class Looked:
    """A stand-in for the database: what a look finds, and how often somebody looked."""

    def __init__(self) -> None:
        self.versions: dict[int, str] = {1: "a", 2: "a"}
        self.asked: list[set[int]] = []

    def __call__(self, members: Collection[int]) -> Mapping[int, str]:
        self.asked.append(set(members))
        return {member: self.versions[member] for member in members}


@pytest.fixture
def looked() -> Looked:
    return Looked()


@pytest.fixture
def hub(looked: Looked) -> Hub:
    return Hub(look=looked, make_bell=lambda: Ticking(0.01))


def quiet() -> bool:
    return not any(thread.name == "hub" for thread in threading.enumerate())


class TestHub:
    def test_tells_the_pages_of_whose_calendar_changed(self, hub: Hub, looked: Looked) -> None:
        async def script() -> tuple[str | None, str | None]:
            with watching(hub, 1) as one, watching(hub, 2) as two:
                looked.versions[1] = "b"
                return await one.next_version(seconds=5), await two.next_version(seconds=0.05)

        assert run(script()) == ("b", None)

    def test_looks_once_for_all_pages(self, hub: Hub, looked: Looked) -> None:
        async def script() -> None:
            with contextlib.ExitStack() as pages:
                first = pages.enter_context(watching(hub, 1))
                for _ in range(10):
                    pages.enter_context(watching(hub, 1))
                looked.versions[1] = "b"
                await first.next_version(seconds=5)

        run(script())
        assert all(asked == {1} for asked in looked.asked)

    def test_does_not_look_when_no_page_is_open(self, hub: Hub, looked: Looked) -> None:
        async def script() -> None:
            with watching(hub, 1) as page:
                looked.versions[1] = "b"
                await page.next_version(seconds=5)

        run(script())
        for thread in threading.enumerate():
            if thread.name == "hub":
                thread.join(timeout=5)
        assert quiet()

    def test_goes_on_after_the_last_page_was_closed_and_another_opened(
        self, hub: Hub, looked: Looked
    ) -> None:
        async def script() -> list[str | None]:
            found = []
            for version in ("b", "c", "d"):
                with watching(hub, 1, looked.versions[1]) as page:
                    looked.versions[1] = version
                    found.append(await page.next_version(seconds=5))
            return found

        assert run(script()) == ["b", "c", "d"]

    def test_is_full_for_a_member_with_very_many_pages(self, hub: Hub) -> None:
        async def script() -> tuple[bool, bool]:
            with contextlib.ExitStack() as pages:
                for _ in range(MOST_PAGES_OF_ONE):
                    pages.enter_context(watching(hub, 1))
                return hub.is_full_for(1), hub.is_full_for(2)

        assert run(script()) == (True, False)


@contextlib.contextmanager
def watching(hub: Hub, member: int, version: str = "a") -> Iterator[Watcher]:
    page = Watcher(member_pk=member, version=version)
    hub.open(page)
    try:
        yield page
    finally:
        hub.close(page)


class TestStream:
    def test_begins_with_the_present_version_and_goes_on_with_the_next(
        self, monkeypatch: pytest.MonkeyPatch, hub: Hub, looked: Looked
    ) -> None:
        monkeypatch.setattr(stream, "hub", hub)

        async def script() -> list[str]:
            events = stream._events(1, "a", seconds=5)
            found = [await anext(events)]
            looked.versions[1] = "b"
            found.append(await anext(events))
            await events.aclose()
            return found

        assert run(script()) == [
            "retry: 3000\nevent: version\ndata: a\n\n",
            "event: version\ndata: b\n\n",
        ]

    def test_ends_by_itself_so_that_the_login_is_asked_again(
        self, monkeypatch: pytest.MonkeyPatch, hub: Hub
    ) -> None:
        monkeypatch.setattr(stream, "hub", hub)

        async def script() -> list[str]:
            return [event async for event in stream._events(1, "a", seconds=0.05)]

        assert len(run(script())) <= 2

    def test_is_not_offered_where_a_thread_would_have_to_wait(
        self, client: Client, alice: Member
    ) -> None:
        client.force_login(alice)
        assert client.get("/calendar/stream").status_code == 204

    def test_is_for_members(self, client: Client) -> None:
        assert client.get("/calendar/stream").status_code == 302

    def test_carries_no_content_of_the_calendar(
        self, monkeypatch: pytest.MonkeyPatch, alice: Member, alices_calendar: Calendar
    ) -> None:
        unmoved = Hub(look=lambda _: {}, make_bell=lambda: Ticking(0.01))
        monkeypatch.setattr(stream, "hub", unmoved)
        request: Any = AsyncRequestFactory().get("/calendar/stream")
        request.user = alice
        response: Any = stream.stream(request)

        async def first() -> bytes:
            events = response.streaming_content
            async for event in events:
                return bytes(event)
            raise AssertionError("nothing was sent")

        told = run(first()).decode()
        assert told == f"retry: 3000\nevent: version\ndata: {version_of(alice)}\n\n"
        assert response.headers["Content-Type"] == "text/event-stream"
        assert "no-cache" in response.headers["Cache-Control"]


class TestBell:
    @pytest.mark.redis
    @pytest.mark.django_db(transaction=True)
    def test_is_heard_through_redis_at_once(self, redis_url: str, settings: Any) -> None:
        settings.REDIS_URL = redis_url
        bell = Listening(redis_url)
        bell.wait()  # begins to listen
        began = time.monotonic()
        ring_after_commit()
        bell.wait()
        assert time.monotonic() - began < 5

    @pytest.mark.redis
    def test_is_heard_although_it_rang_between_two_waits(self, redis_url: str) -> None:
        bell = Listening(redis_url)
        bell.wait()  # begins to listen
        redis.Redis.from_url(redis_url).publish(CHANNEL, "")
        began = time.monotonic()
        bell.wait()
        assert time.monotonic() - began < 5

    def test_ticks_while_redis_is_away(self, caplog: pytest.LogCaptureFixture) -> None:
        bell = Listening("redis://127.0.0.1:1/0")
        bell._ticking = Ticking(0.01)
        bell.wait()
        assert "Redis cannot be listened to" in caplog.text


def _select(calendar: Calendar, selected: bool) -> None:
    calendar.selected = selected
    calendar.save(update_fields=["selected"])


def _set_status(calendar: Calendar, status: AccountStatus) -> None:
    calendar.account.status = status
    calendar.account.save(update_fields=["status"])
