"""What the log may hold: where something happened, and nothing that anybody wrote."""

from __future__ import annotations

import logging
import logging.config
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from celery import Celery
from django.conf import settings
from django.urls import path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse
    from django.test import Client

SECRET = "Interview with Mallory"


def _fails(_: HttpRequest) -> HttpResponse:
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        raise ValueError(f"no room for {SECRET}") from error


urlpatterns = [path("fails", _fails)]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the handler of the settings prints of all loggers."""
    printed: list[str] = []
    logging.config.dictConfig(settings.LOGGING)  # a server of another test may have set up its own
    handler = next(
        each for each in logging.getLogger("uvicorn.error").handlers if hasattr(each, "stream")
    )
    root = logging.getLogger()
    monkeypatch.setattr(handler, "emit", lambda record: printed.append(handler.format(record)))
    had_it = handler in root.handlers
    root.addHandler(handler)
    yield printed
    if not had_it:
        root.removeHandler(handler)


@pytest.mark.urls(__name__)
def test_a_page_that_fails_is_logged_with_the_way_there_and_without_the_words_of_its_errors(
    client: Client, lines: list[str]
) -> None:
    client.raise_request_exception = False
    assert client.get("/fails").status_code == 500
    (entry,) = lines
    assert SECRET not in entry
    assert all(word in entry for word in ("/fails", "in _fails", "KeyError", "ValueError"))


def test_a_task_that_fails_is_logged_without_the_words_of_its_error(lines: list[str]) -> None:
    app = Celery(set_as_current=False)

    @app.task(name="fails")
    def fails() -> None:
        raise ValueError(SECRET)

    fails.apply()
    (entry,) = lines
    assert SECRET not in entry
    assert all(word in entry for word in ("fails", "ValueError", "test_log_lines.py"))


def test_a_server_that_fails_is_logged_without_the_words_of_its_error(lines: list[str]) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    (entry,) = lines
    assert SECRET not in entry
    assert "ValueError" in entry


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x85", "\x0b"])
def test_no_text_can_pass_for_an_entry_of_its_own(lines: list[str], end: str) -> None:
    forged = f"id{end}2026-03-10 09:00:00,000 INFO calendars: all is well"
    logging.getLogger("calendars").warning("Sync of %s failed", forged)
    (entry,) = lines
    assert not [line for line in entry.splitlines()[1:] if not line.startswith("    ")]


def test_no_text_can_tell_a_terminal_what_to_do(lines: list[str]) -> None:
    logging.getLogger("calendars").warning("%s", "\x1b[2Jgone\x9b1m")
    assert lines[0].endswith(r"\x1b[2Jgone\x9b1m")


def test_the_words_of_an_exception_are_left_out_though_another_handler_wrote_them_down(
    lines: list[str],
) -> None:
    kept: Any = None
    try:
        raise ValueError(SECRET)
    except ValueError:
        kept = sys.exc_info()
    record = logging.LogRecord("calendars", logging.ERROR, __file__, 1, "x", None, kept)
    record.exc_text = f"ValueError: {SECRET}"
    logging.getLogger().handle(record)
    assert SECRET not in lines[0]


def test_what_a_server_was_told_to_keep_quiet_about_stays_quiet() -> None:
    """Its lines of each request hold what was searched for, and addresses of guests."""
    program = """
import logging, uvicorn
uvicorn.Config("x", access_log=False, log_level="warning")
import django
django.setup()
logging.getLogger("uvicorn.access").info("GET /calendar/search/?q=secret")
logging.getLogger("uvicorn.error").info("Started")
logging.getLogger("uvicorn.error").warning("Heard")
"""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    said = (ran.stdout + ran.stderr).splitlines()
    assert [line.partition(" WARNING ")[2] for line in said] == ["uvicorn.error: Heard"]
