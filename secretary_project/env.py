"""Typed readers of environment variables that refuse a bad value by name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
_asked: set[str] = set()


def asked_for() -> frozenset[str]:
    """The names of all variables that were read so far: after settings, all that exist."""
    return frozenset(_asked)


def load_dotenv(path: Path) -> None:
    """Read ``NAME=value`` lines of a file; what the environment already says wins."""
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        name, separator, value = line.strip().removeprefix("export ").partition("=")
        if not name or name.startswith("#"):
            continue
        if not separator:
            raise ImproperlyConfigured(f"{path.name}, line {number}: expected NAME=value")
        os.environ.setdefault(name.strip(), _unquoted(value.strip()))


def text(name: str, *, default: str = "") -> str:
    """The variable without surrounding blanks; an empty one counts as unset."""
    _asked.add(name)
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; write true or false")


def whole_number(name: str, *, default: int, least: int, most: int) -> int:
    value = text(name)
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number") from None
    if not least <= number <= most:
        raise ImproperlyConfigured(f"{name} is {number}; allowed are {least} to {most}")
    return number


def choice(name: str, *, default: str, among: Iterable[str]) -> str:
    """One of the words, which are written in capitals; the variable may write it in any case."""
    value = text(name, default=default).upper()
    if value not in (known := list(among)):
        raise ImproperlyConfigured(f"{name} is {value!r}; choose one of {', '.join(known)}")
    return value


def words(name: str, *, default: Iterable[str] = ()) -> list[str]:
    """A list separated by commas."""
    value = text(name)
    if not value:
        return list(default)
    return [word.strip() for word in value.split(",") if word.strip()]


def web_address(name: str, *, default: str = "") -> str:
    """An http or https address, given back with exactly one slash at its end; empty if unset."""
    value = text(name, default=default)
    if not value:
        return ""
    if not value.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"{name} is {value!r}; it has to start with http:// or https://")
    return value.rstrip("/") + "/"


def redis_address(name: str) -> str:
    """The address of a Redis; empty if unset. A refusal does not show it, for its password."""
    value = text(name)
    if value and not value.startswith(("redis://", "rediss://")):
        raise ImproperlyConfigured(f"{name} has to start with redis:// or rediss://")
    return value


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value
