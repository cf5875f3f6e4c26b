"""What is documented about the environment is what the settings read."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = {"SIMULATOR_PORT", "POSTGRES_PASSWORD", "MCP_PORT"}
"""Read by ``make demo`` and by docker-compose.yml."""


@pytest.fixture(scope="module")
def read_by_settings() -> set[str]:
    """In a process of its own, since other tests may read variables of their own making."""
    script = (
        "import secretary_project.settings; from secretary_project import env; "
        "print(*env.asked_for())"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(answer.stdout.split())


def test_the_example_file_names_every_variable_and_no_other(read_by_settings: set[str]) -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^#?([A-Z][A-Z_]+)=", text, re.MULTILINE)) == (
        read_by_settings | ELSEWHERE
    )


def test_the_example_file_switches_nothing_on() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []


def test_the_documentation_explains_every_variable_and_no_other(
    read_by_settings: set[str],
) -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    assert set(re.findall(r"`([A-Z][A-Z_]+)`", " ".join(rows))) == read_by_settings | ELSEWHERE
