"""A real worker process, killed at any moment, loses nothing and repeats nothing that shows."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection

from calendars.google.client import use_transport
from calendars.models import AccountSyncState, OperationStatus, OutboxOperation
from calendars.sync.nudge import TASK
from google_simulator import Simulator, SystemClock, ThreadedSimulator
from tests.factories import MemberFactory
from tests.sync.world import ALICE, World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KILLS = 4


@pytest.fixture
def broker(tmp_path: Path) -> Celery:
    """A sender to the worker's broker: its files."""
    for name in ("queue", "done", "control"):
        (tmp_path / "broker" / name).mkdir(parents=True)
    app = Celery("sender", broker="filesystem://")
    folder = tmp_path / "broker"
    app.conf.broker_transport_options = {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "control_folder": str(folder / "control"),
    }
    return app


@pytest.fixture
def live(transactional_db: None) -> Iterator[World]:
    world = World.__new__(World)
    world.clock = SystemClock()
    world.google = Simulator(clock=world.clock, seed=7)
    world.google.add_person(ALICE, time_zone="Europe/Berlin")
    world.time_zone = "Europe/Berlin"
    world.member = MemberFactory(username="alice")
    world._ids = 0
    with ThreadedSimulator(world.google), use_transport(world.google.http):
        world.account = world.connect(ALICE)
        yield world


def _environment(world: World, var: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "secretary_project.settings",
        "SECRETARY_ENV_FILE": os.devnull,
        "SECRETARY_VAR_DIR": str(var),
        "DATABASE_URL": _database_url(),
        "GOOGLE_API_ENDPOINT": f"{world.google.base_url}/calendar/v3/",
        "TOKEN_ENCRYPTION_KEYS": ",".join(settings.TOKEN_ENCRYPTION_KEYS),
        "REDIS_URL": "",
    }


def _database_url() -> str:
    values: dict[str, Any] = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    password = f":{values['PASSWORD']}" if values["PASSWORD"] else ""
    user = f"{values['USER']}{password}@" if values["USER"] else ""
    port = f":{values['PORT']}" if values["PORT"] else ""
    return f"postgresql://{user}{values['HOST']}{port}/{values['NAME']}"


def _worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "celery", "--quiet", "--app", "secretary_project", "worker"),
            *("--pool", "threads", "--concurrency", "2", "--loglevel", "error"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _until(condition: Any, *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the worker did nothing"
        time.sleep(0.02)


def test_a_worker_killed_at_random_points_loses_nothing(
    live: World, broker: Celery, tmp_path: Path
) -> None:
    rng = random.Random(4)
    live.sync()
    environment = _environment(live, tmp_path)
    made: list[str] = []
    for _ in range(KILLS):
        for _ in range(12):
            made.append(live.create(summary=f"Event {len(made)}"))
        for event_id in rng.sample(made, 4):
            live.edit(event_id, location=f"Room {rng.random()}")
        seen = len(live.google.requests)
        worker = _worker(environment)
        try:
            broker.send_task(TASK, args=[live.account.pk])
            _until(lambda seen=seen: len(live.google.requests) > seen + rng.randrange(2, 12))
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        # What a dead worker held is free after a while; the test does not wait for it.
        AccountSyncState.objects.update(lease_expires_at=live.clock.now())
    while not live.sync(insist=True).succeeded:
        pass
    there = live.at_google()
    assert sorted(event["summary"] for event in there.values()) == sorted(
        f"Event {number}" for number in range(len(made))
    )
    for event_id in made:
        row = live.seen(event_id)
        assert row.resource == there[row.event_id]
    assert set(OutboxOperation.objects.values_list("status", flat=True)) == {
        OperationStatus.APPLIED
    }
