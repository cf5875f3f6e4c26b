"""The supervisor with real, tiny programs: a shell starts in a millisecond."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from secretary_project.supervisor import (
    Crashes,
    Program,
    StopRequestedError,
    Supervisor,
    SupervisorError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]


def shell(script: str, *, name: str = "program") -> Program:
    return Program(name=name, command=["/bin/sh", "-c", script], env=dict(os.environ))


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended but was not waited for does not."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return "\nState:\tZ" not in status


def eventually(true: Callable[[], bool], *, seconds: float = 30) -> bool:
    give_up = time.monotonic() + seconds
    while not true():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.01)
    return True


def test_each_further_death_within_a_minute_waits_twice_as_long_and_the_fifth_gives_up() -> None:
    crashes = Crashes()
    assert [crashes.note(now) for now in (0.0, 1.0, 2.0, 3.0, 4.0)] == [0.5, 1, 2, 4, None]


def test_deaths_more_than_a_minute_apart_are_never_too_many() -> None:
    crashes = Crashes()
    assert {crashes.note(now) for now in range(0, 6100, 61)} == {0.5}


def test_a_program_marks_its_lines_in_the_common_log(tmp_path: Path) -> None:
    out = io.StringIO()
    with Supervisor(out=out, cwd=tmp_path) as group:
        group.run_once(shell("echo one; echo two >&2", name="worker"))
    assert out.getvalue().splitlines() == ["worker    | one", "worker    | two"]


def test_a_step_that_fails_is_named_with_its_exit_code(tmp_path: Path) -> None:
    with (
        Supervisor(out=io.StringIO(), cwd=tmp_path) as group,
        pytest.raises(SupervisorError, match="migrations failed with exit code 3"),
    ):
        group.run_once(shell("exit 3", name="migrations"))


def test_a_program_that_dies_is_started_again(tmp_path: Path) -> None:
    out = io.StringIO()
    with Supervisor(out=out, cwd=tmp_path) as group:
        group.start(shell("if [ -e once ]; then touch twice; sleep 60; fi; touch once; exit 7"))
        group.wait_until((tmp_path / "twice").exists, what="the second start", seconds=30)
    assert "program died with exit code 7 and starts again in 0.5 s." in out.getvalue()


def test_a_program_that_keeps_dying_ends_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secretary_project.supervisor._CRASHES_ALLOWED", 1)
    with Supervisor(out=io.StringIO(), cwd=tmp_path) as group:
        group.start(shell("kill -9 $$"))
        with pytest.raises(SupervisorError, match=r"program died 1 times .* signal SIGKILL"):
            group.watch()


def test_leaving_stops_programs_and_all_that_they_started(tmp_path: Path) -> None:
    with Supervisor(out=io.StringIO(), cwd=tmp_path) as group:
        group.start(shell("sleep 60 & echo $! > pid.new; mv pid.new pid; wait"))
        group.wait_until((tmp_path / "pid").exists, what="the program", seconds=30)
        grandchild = int((tmp_path / "pid").read_text())
        assert alive(grandchild)
    assert eventually(lambda: not alive(grandchild))


def test_a_program_that_ignores_the_end_is_killed_after_the_grace(tmp_path: Path) -> None:
    with Supervisor(out=io.StringIO(), cwd=tmp_path, grace=0.05) as group:
        group.start(shell("trap '' TERM; echo $$ > pid.new; mv pid.new pid; sleep 60; sleep 60"))
        group.wait_until((tmp_path / "pid").exists, what="the program", seconds=30)
        child = int((tmp_path / "pid").read_text())
    assert not alive(child)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_asks_for_the_end_and_leaves_no_program(
    tmp_path: Path, number: signal.Signals
) -> None:
    before = signal.getsignal(number)
    with Supervisor(out=io.StringIO(), cwd=tmp_path) as group:
        group.start(shell(f"kill -{number.value} {os.getpid()}; sleep 60"))
        with pytest.raises(StopRequestedError):
            group.watch()
    assert signal.getsignal(number) is before


def test_waiting_for_an_answer_ends_with_a_sentence(tmp_path: Path) -> None:
    with (
        Supervisor(out=io.StringIO(), cwd=tmp_path) as group,
        pytest.raises(SupervisorError, match="The web server did not answer within 0 seconds"),
    ):
        group.wait_until(lambda: False, what="The web server", seconds=0.01)


def test_programs_end_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    script = (
        "import os, pathlib, sys\n"
        "from secretary_project.supervisor import Program, Supervisor\n"
        "with Supervisor(out=sys.stdout, cwd=pathlib.Path('.')) as group:\n"
        "    command = ['/bin/sh', '-c', 'echo $$ > pid.new; mv pid.new pid; sleep 60; sleep 60']\n"
        "    group.start(Program('child', command, dict(os.environ)))\n"
        "    group.watch()\n"
    )
    supervisor = subprocess.Popen(
        [sys.executable, "-c", script], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert eventually((tmp_path / "pid").exists)
    supervisor.kill()
    supervisor.wait()
    child = int((tmp_path / "pid").read_text())
    assert eventually(lambda: not alive(child))
