"""Keeps programs running together: one log, patient restarts, one end for all of them.

All of them share a process group, apart from the supervisor's own: a terminal's Ctrl-C reaches the
supervisor alone, and what the programs have started themselves is stopped with them.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Protocol, Self

from secretary_project import lifeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from types import FrameType, TracebackType

_POLL_SECONDS = 0.1
_CRASH_SPAN_SECONDS = 60.0
_CRASHES_ALLOWED = 5


class SupervisorError(Exception):
    """The programs cannot go on; the message is a sentence for the person at the terminal."""


class StopRequestedError(Exception):
    """Somebody asked for the end: Ctrl-C, SIGTERM, or the terminal was closed."""


class Log(Protocol):
    """Where the common log goes: a text file, or what a Django command writes to."""

    def write(self, text: str, /) -> object: ...

    def flush(self) -> object: ...


@dataclass(frozen=True, slots=True)
class Program:
    """A command with its whole environment; ``name`` marks its lines in the common log."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]


@dataclass(slots=True)
class Crashes:
    """When a program has died lately, in seconds of a monotonic clock."""

    times: list[float] = field(default_factory=list)

    def note(self, now: float) -> float | None:
        """Seconds to wait before the next start; None after too many deaths within a minute."""
        self.times = [time for time in self.times if now - time < _CRASH_SPAN_SECONDS]
        self.times.append(now)
        if len(self.times) >= _CRASHES_ALLOWED:
            return None
        return float(2 ** (len(self.times) - 1)) / 2


@dataclass(slots=True)
class _Running:
    program: Program
    process: subprocess.Popen[str] | None
    crashes: Crashes = field(default_factory=Crashes)
    start_again_at: float = 0.0


class Supervisor:
    """A context manager: leaving it stops every program it has started.

    While it is open, SIGINT, SIGTERM and SIGHUP make its waiting methods raise
    ``StopRequestedError``. A second signal shortens the time that programs are given to end.
    """

    def __init__(self, *, out: Log, cwd: Path, grace: float = 10.0) -> None:
        self._out = out
        self._cwd = cwd
        self._grace = grace
        self._programs: dict[str, _Running] = {}
        self._signals = 0
        self._readers: dict[int, threading.Thread] = {}
        self._line_lock = threading.Lock()
        self._old_handlers: dict[int, signal.Handlers | Callable[..., object] | int | None] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._old_handlers[number] = signal.signal(number, self._on_signal)
        self._lifeline = subprocess.Popen(
            [sys.executable, "-I", lifeline.__file__], stdin=subprocess.PIPE, process_group=0
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        running = [each.process for each in self._programs.values() if each.process is not None]
        self._end(running)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._lifeline.pid, signal.SIGKILL)
        self._lifeline.communicate()
        for number, handler in self._old_handlers.items():
            signal.signal(number, handler)

    def start(self, program: Program) -> None:
        """Start a program and keep it running from now on."""
        self._programs[program.name] = _Running(program, self._spawn(program))

    def run_once(self, program: Program) -> None:
        """Run a program to its end; SupervisorError unless it succeeds."""
        process = self._spawn(program)
        try:
            self._wait(lambda: process.poll() is not None, seconds=None)
        finally:
            self._end([process])
        if process.returncode != 0:
            raise SupervisorError(f"{program.name} failed with {_how(process.returncode)}.")

    def wait_until(self, ready: Callable[[], bool], *, what: str, seconds: float) -> None:
        """Go on when ``ready`` says so; SupervisorError if it does not within that time."""
        if not self._wait(ready, seconds=seconds):
            raise SupervisorError(f"{what} did not answer within {seconds:.0f} seconds.")

    def watch(self) -> None:
        """Keep all programs running; ends only by one of the two exceptions."""
        self._wait(lambda: False, seconds=None)

    def _wait(self, done: Callable[[], bool], *, seconds: float | None) -> bool:
        give_up = None if seconds is None else time.monotonic() + seconds
        while not done():
            if self._signals:
                raise StopRequestedError
            if give_up is not None and time.monotonic() > give_up:
                return False
            for running in self._programs.values():
                self._look_after(running)
            time.sleep(_POLL_SECONDS)
        return True

    def _look_after(self, running: _Running) -> None:
        now = time.monotonic()
        if running.process is None:
            if now >= running.start_again_at:
                running.process = self._spawn(running.program)
        elif (code := running.process.poll()) is not None:
            self._end([running.process])
            running.process = None
            self._after_death(running, code, now)

    def _after_death(self, running: _Running, code: int, now: float) -> None:
        name, delay = running.program.name, running.crashes.note(now)
        if delay is None:
            raise SupervisorError(
                f"{name} died {_CRASHES_ALLOWED} times within a minute, at last with "
                f"{_how(code)}; its lines above say why."
            )
        self._say(f"{name} died with {_how(code)} and starts again in {delay:g} s.")
        running.start_again_at = now + delay

    def _spawn(self, program: Program) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            list(program.command),
            env={**program.env, "PYTHONUNBUFFERED": "1"},
            cwd=self._cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            process_group=self._lifeline.pid,
        )
        reader = threading.Thread(
            target=self._copy_log, args=(program.name, process.stdout), daemon=True
        )
        reader.start()
        self._readers[process.pid] = reader
        return process

    def _copy_log(self, name: str, log: IO[str]) -> None:
        with log:
            for line in log:
                self._write(f"{name:<9} | {line.rstrip()}\n")

    def _say(self, sentence: str) -> None:
        self._write(f"{'secretary':<9} | {sentence}\n")

    def _write(self, text: str) -> None:
        with self._line_lock:
            self._out.write(text)
            self._out.flush()

    def _end(self, processes: Sequence[subprocess.Popen[str]]) -> None:
        """Ask programs to end, wait, kill those that do not; then their last lines are shown."""
        for process in processes:
            process.terminate()
        asked = self._signals
        give_up = time.monotonic() + self._grace
        while any(process.poll() is None for process in processes):
            if time.monotonic() > give_up or self._signals > asked:
                break
            time.sleep(_POLL_SECONDS / 2)
        for process in processes:
            process.kill()
            process.wait()
            self._readers.pop(process.pid).join(timeout=1)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1


def _how(code: int) -> str:
    if code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"
