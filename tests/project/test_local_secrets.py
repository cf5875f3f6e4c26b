from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TYPE_CHECKING

from secretary_project.local_secrets import kept_secret, private_folder

if TYPE_CHECKING:
    from pathlib import Path


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "secret"
    assert kept_secret(file, make=lambda: "first") == "first"
    assert kept_secret(file, make=lambda: "second") == "first"


def test_nobody_else_may_read_a_secret(tmp_path: Path) -> None:
    kept_secret(tmp_path / "secret", make=lambda: "s")
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_the_folder_is_made_for_this_user_alone(tmp_path: Path) -> None:
    made = private_folder(tmp_path / "above" / "var")
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    assert stat.S_IMODE(private_folder(tmp_path).stat().st_mode) == 0o750


def test_processes_that_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    numbers = count()
    with ThreadPoolExecutor(8) as threads:
        secrets = list(
            threads.map(
                lambda _: kept_secret(tmp_path / "secret", make=lambda: str(next(numbers))),
                range(32),
            )
        )
    assert len(set(secrets)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
