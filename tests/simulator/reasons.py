"""Reading refusals the way a client should: by status and reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from googleapiclient.errors import HttpError

if TYPE_CHECKING:
    from collections.abc import Callable


def error_of(action: Callable[[], Any]) -> dict[str, Any]:
    """The `error` object of the refusal that an action meets."""
    with pytest.raises(HttpError) as caught:
        action()
    found: dict[str, Any] = json.loads(caught.value.content)["error"]
    return found | {"http": caught.value.status_code}


def refusal(action: Callable[[], Any]) -> tuple[int, str]:
    """Status and reason of the refusal that an action meets."""
    error = error_of(action)
    return error["http"], error["errors"][0]["reason"]
