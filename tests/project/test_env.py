from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from secretary_project import env

ROOT = Path(env.__file__).parents[1]


@pytest.fixture
def name(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("SECRETARY_SAMPLE", raising=False)
    return "SECRETARY_SAMPLE"


@pytest.mark.parametrize(
    ("text", "meaning"),
    [("1", True), ("Yes", True), ("on", True), ("FALSE", False), ("0", False), (" ", True)],
)
def test_a_flag_is_read_as_people_write_it(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, meaning: bool
) -> None:
    monkeypatch.setenv(name, text)
    assert env.flag(name, default=True) is meaning


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("sixty", "write a whole number"), ("4", "allowed are 5 to 10"), ("11", "allowed are 5 to")],
)
def test_a_number_that_makes_no_sense_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, complaint: str
) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(ImproperlyConfigured, match=f"{name} is .*{complaint}"):
        env.whole_number(name, default=7, least=5, most=10)


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "")
    assert env.whole_number(name, default=7, least=5, most=10) == 7
    assert env.words(name, default=["a"]) == ["a"]
    assert env.text(name, default="b") == "b"
    assert env.web_address(name) == ""


def test_a_flag_that_is_neither_true_nor_false_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "maybe")
    with pytest.raises(ImproperlyConfigured, match="write true or false"):
        env.flag(name, default=True)


def test_a_choice_is_read_in_any_case_and_a_stranger_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "debug")
    assert env.choice(name, default="INFO", among=["DEBUG", "INFO"]) == "DEBUG"
    monkeypatch.setenv(name, "loud")
    with pytest.raises(ImproperlyConfigured, match="choose one of DEBUG, INFO"):
        env.choice(name, default="INFO", among=["DEBUG", "INFO"])


def test_words_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "a, b,,c ")
    assert env.words(name) == ["a", "b", "c"]


def test_an_address_ends_with_exactly_one_slash(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for text in ("https://example.org", "https://example.org/", "https://example.org//"):
        monkeypatch.setenv(name, text)
        assert env.web_address(name) == "https://example.org/"


def test_an_address_without_a_scheme_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "example.org")
    with pytest.raises(ImproperlyConfigured, match="has to start with http"):
        env.web_address(name)


def test_a_redis_is_named_by_its_scheme_and_a_refused_one_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for good in ("", "redis://127.0.0.1:6379/0", "rediss://:hunter2@redis.example.org/1"):
        monkeypatch.setenv(name, good)
        assert env.redis_address(name) == good
    for bad in ("127.0.0.1:6379", "http://:hunter2@redis.example.org"):
        monkeypatch.setenv(name, bad)
        with pytest.raises(ImproperlyConfigured, match="has to start with redis://") as refusal:
            env.redis_address(name)
        assert bad not in str(refusal.value)


def test_a_file_gives_what_the_environment_does_not_say(
    monkeypatch: pytest.MonkeyPatch, name: str, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRETARY_SAMPLE_2", "from the shell")
    monkeypatch.setenv(name, "")
    monkeypatch.delenv(name)  # so that monkeypatch takes back what the file sets
    file = tmp_path / ".env"
    file.write_text(
        f"# comment\n\nexport {name}='from the file'\nSECRETARY_SAMPLE_2=from the file\n"
    )
    env.load_dotenv(file)
    assert env.text(name) == "from the file"
    assert env.text("SECRETARY_SAMPLE_2") == "from the shell"


def test_a_line_of_the_file_without_a_value_is_refused_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# comment\nNONSENSE\n")
    with pytest.raises(ImproperlyConfigured, match=r"\.env, line 2: expected NAME=value"):
        env.load_dotenv(file)


def test_a_missing_file_is_fine(tmp_path: Path) -> None:
    env.load_dotenv(tmp_path / "none")


def test_a_value_that_makes_no_sense_stops_a_command_with_its_sentence_alone(
    tmp_path: Path,
) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "secretary_project.settings",
        "SECRETARY_VAR_DIR": str(tmp_path),
        "CALENDAR_SYNC_INTERVAL_SECONDS": "often",
    }
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == "CALENDAR_SYNC_INTERVAL_SECONDS is 'often'; write a whole number.\n"
