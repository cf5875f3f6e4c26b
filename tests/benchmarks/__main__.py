"""``python -m tests.benchmarks [--only NAME] [--large] [--sqlite]``; see docs/performance.md."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_OURS = ("CALENDAR_", "DJANGO_", "EMAIL_", "GOOGLE_", "PORT", "PUBLIC_BASE_URL", "REDIS_URL")
_NAMES = (
    *("rule", "lists", "crowds", "unchanged", "search", "page", "bridge", "writes"),
    *("bytes", "web", "full", "idle"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print. The exit code says whether everything ran, not whether it was fast."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks", description=__doc__)
    parser.add_argument("--only", metavar="NAME", choices=_NAMES, action="append")
    parser.add_argument("--large", action="store_true", help="100,000 and 1,000,000 occurrences")
    parser.add_argument("--sqlite", action="store_true", help="even where PostgreSQL answers")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="secretary-bench-") as folder:
        return _run(arguments, Path(folder))


def _run(arguments: argparse.Namespace, folder: Path) -> int:
    from tests.benchmarks import databases

    found = databases.find(folder, sqlite=arguments.sqlite)
    _configure(folder, database_url=found.url("small"))
    from tests.benchmarks import report, rows
    from tests.benchmarks.stage import Stage

    stage = Stage(found, folder=folder, large=arguments.large)
    report.heading(found.version)
    failed = False
    try:
        for name in arguments.only or _NAMES:
            try:
                for result in rows.ROWS[name](stage):
                    report.line(result)
            except Exception:
                failed = True
                traceback.print_exc()
    finally:
        stage.close()
    return int(failed)


def _configure(folder: Path, *, database_url: str) -> None:
    """Settings of this process and of those it starts: nothing from this machine's ``.env``."""
    for name in [each for each in os.environ if each.startswith(_OURS)]:
        del os.environ[name]
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
        "SECRETARY_ENV_FILE": os.devnull,
        "SECRETARY_VAR_DIR": str(folder / "var"),
        "DATABASE_URL": database_url,
        "API_REQUESTS_PER_MINUTE": "1000000",
        "CALENDAR_WINDOW_PAST_DAYS": "370",
        "CALENDAR_WINDOW_FUTURE_DAYS": "370",
        "LOG_LEVEL": "WARNING",
    }
    import django

    django.setup()


if __name__ == "__main__":
    sys.exit(main())
