"""A real worker: what a quiet round of many accounts costs it, and what it holds in memory."""

from __future__ import annotations

import datetime as dt
import os
import time
from typing import TYPE_CHECKING

from accounts.models import GoogleAccount
from calendars.models import AccountSyncState, Calendar, CalendarSyncState, SyncStatus
from calendars.window import ordinary_window
from secretary_project.celery import app
from tests.benchmarks import google
from tests.benchmarks.measure import Result
from tests.benchmarks.processes import BARE, Child, free_port, listens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.benchmarks.stage import Stage

_ACCOUNTS = 1_000
_THREADS = 16
_DELAY = 0.1
_PATIENCE = 300
_CELERY = ("--quiet", "--app")
_WORK = (
    *("worker", "--pool", "threads", "--concurrency", str(_THREADS), "--loglevel", "warning"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
)


def rounds(stage: Stage) -> Iterator[Result]:
    """A first sync of 10,000 events, then two quiet rounds of 1,000 accounts, Google at 100 ms."""
    big = stage.connected("memory").pk
    quiet = _quiet_accounts(stage)
    pem = google.certificate(stage.folder)
    port = free_port()
    far = _google(stage, port, pem)
    worker = _worker(stage, port, pem)
    try:
        _send_and_wait([big])
        after_full = worker.memory("VmHWM")
        cpu, wall = worker.cpu(), time.monotonic()
        _send_and_wait(quiet)
        cpu, wall = worker.cpu() - cpu, time.monotonic() - wall
        once = worker.memory()
        _send_and_wait(quiet)
        growth = worker.memory() - once
    finally:
        worker.stop()
        far.stop()
    floor = _bare_worker(stage)
    work = f"idle cycle, {_ACCOUNTS:,} accounts, TLS, Google at {_DELAY * 1_000:.0f} ms"
    yield Result(f"{work}: CPU an account", cpu * 1_000 / _ACCOUNTS, 2)
    yield Result(f"{work}: wall", wall, 15, "s")
    yield Result(
        "worker, memory at most, 10,000 events first",
        after_full,
        125,
        "MB",
        note=f"bare Celery and Google client: {floor:.0f} MB",
    )
    yield Result(f"worker, growth in {_ACCOUNTS:,} more cycles", max(0.0, growth), 1, "MB")


def _quiet_accounts(stage: Stage) -> list[int]:
    """Accounts in step with Google: each has one calendar with a sync token."""
    member = stage.connected("quiet").member
    sealed = GoogleAccount.objects.get(member=member).credentials
    now = dt.datetime.now(dt.UTC)
    start, end = ordinary_window(now=now)
    accounts = GoogleAccount.objects.bulk_create(
        GoogleAccount(
            member=member, email=f"quiet{number}@example.test", credentials=sealed, connected_at=now
        )
        for number in range(_ACCOUNTS)
    )
    AccountSyncState.objects.bulk_create(
        AccountSyncState(account=each, calendar_list_synced_at=now) for each in accounts
    )
    calendars = Calendar.objects.bulk_create(
        Calendar(account=each, google_id=each.email, access_role="owner") for each in accounts
    )
    CalendarSyncState.objects.bulk_create(
        CalendarSyncState(
            calendar=each,
            google_calendar_id=each.google_id,
            sync_token="token",
            window_start=start,
            window_end=end,
            last_full_sync_at=now,
            status=SyncStatus.OK,
        )
        for each in calendars
    )
    return [account.pk for account in accounts]


def _google(stage: Stage, port: int, pem: Path) -> Child:
    far = Child(
        "tests.benchmarks.google",
        *("--port", str(port), "--delay", str(_DELAY), "--certificate", str(pem)),
        *("--monday", stage.monday.isoformat(), "--occurrences", "10000"),
        env={},
        log=stage.folder / "google.log",
    )
    far.wait_for(lambda: listens(port))
    return far


def _worker(stage: Stage, port: int, pem: Path) -> Child:
    return Child(
        "celery",
        *_CELERY,
        "secretary_project",
        *_WORK,
        env={
            "GOOGLE_API_ENDPOINT": f"https://127.0.0.1:{port}/calendar/v3/",
            "HTTPLIB2_CA_CERTS": str(pem),
            "DATABASE_URL": os.environ["DATABASE_URL"],
        },
        log=_log(stage),
    )


def _bare_worker(stage: Stage) -> float:
    """Megabytes of a worker that has Django, Celery, Google's client, and nothing to do."""
    bare = Child("celery", *_CELERY, "tests.benchmarks.bare", *_WORK, env=BARE, log=_log(stage))
    try:
        bare.settle()
        return bare.memory()
    finally:
        bare.stop()


def _log(stage: Stage) -> Path:
    return stage.folder / "worker.log"


def _send_and_wait(accounts: Sequence[int]) -> None:
    began = dt.datetime.now(dt.UTC)
    for account_id in accounts:
        app.send_task("calendars.sync_account", args=[account_id], ignore_result=True)
    waiting = AccountSyncState.objects.filter(account__in=accounts).exclude(
        last_cycle_at__gte=began
    )
    give_up = time.monotonic() + _PATIENCE
    while waiting.exists():
        if time.monotonic() > give_up:
            raise RuntimeError(f"{waiting.count()} accounts were not synced")
        time.sleep(0.2)
