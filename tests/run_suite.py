"""``make test``: the suite on SQLite, then on PostgreSQL, and a plain word on what is missing.

The second run leaves out what meets no database (``core``, ``simulator``, and elsewhere each test
that ``tests.database_only`` finds) and the browser, whose tests are about pages. With ``CI=true`` a
missing service is a failure. Sets of texts are walked in the same order each time, so that a random
history of the suite is the same one everywhere.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests import services

ROOT = Path(__file__).resolve().parent.parent
_PROCESSES = "2"
_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "",  # else each of six processes compiles all tests
}


@dataclass(frozen=True, slots=True)
class Run:
    """One call of pytest: its name, exit code and closing line."""

    name: str
    code: int
    closing_line: str


def main() -> int:
    lacking = services.missing()
    if lacking and services.nothing_may_be_left_out():
        print_all("CI=true: nothing may be left out.", *notes(lacking))
        return 1
    runs = [run("SQLite", ["-m", "not postgresql"], database="")]
    if address := services.postgresql():
        runs.append(run("PostgreSQL", _ON_POSTGRESQL, database=address))
    print_all("", *notes(lacking), *(f"{each.name}: {each.closing_line}" for each in runs))
    return max(each.code for each in runs)


_ON_POSTGRESQL = [
    *("-p", "tests.database_only", "-m", "not browser"),
    *("--ignore", "tests/core", "--ignore", "tests/simulator", "--ignore", "tests/browser"),
]


def notes(lacking: dict[str, str]) -> list[str]:
    """One line for each kind of test that could not run."""
    return [f"Not run: tests that need {marker} ({why})." for marker, why in lacking.items()]


def run(name: str, options: list[str], *, database: str) -> Run:
    """Run pytest, show its output as it comes, keep its closing line."""
    print_all(f"--- {name} ---")
    # Each process begins with a half; whichever is through first takes over from the other's end.
    command = [sys.executable, "-m", "pytest", "-n", _PROCESSES, "--dist", "worksteal"]
    command += ["--durations", "15", *options]
    closing_line = ""
    with subprocess.Popen(
        [*command, *(["--color=yes"] if sys.stdout.isatty() else []), *sys.argv[1:]],
        cwd=ROOT,
        env={**os.environ, **_ENVIRONMENT, "DATABASE_URL": database},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            closing_line = line.strip() or closing_line
    return Run(name, process.returncode, closing_line)


def print_all(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
