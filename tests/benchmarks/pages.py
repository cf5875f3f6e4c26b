"""The week as a member sees it in a browser, beside the same week as a plain Django template."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from accounts.models import Member
from tests.benchmarks import reads
from tests.benchmarks.measure import Result, against, interleaved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.stage import Owner, Stage

_BACKEND = "accounts.backends.MemberBackend"


def week(stage: Stage) -> Iterator[Result]:
    """Logged in, about 60 events. The floor is given its rows ready, and knows no badge."""
    owner, web = stage.pages_owner, stage.web
    low = reads.span(stage, 7)[0] - dt.timedelta(days=1)
    high = low + dt.timedelta(days=9)
    stage.fill_floor(owner, low, high)
    cookie = session_of(owner)
    floor: dict[str, Any] = {
        "calendar": owner.calendar_pk,
        "low": int(low.timestamp()),
        "high": int(high.timestamp()),
        "monday": stage.monday.isoformat(),
    }
    _, page = web.get(f"/calendar/week/{stage.monday}/", cookie)
    number = page.count(b'class="event ')
    figures = interleaved(
        {
            "floor": lambda: web.get("/floor/week", **floor),
            "page": lambda: web.get(f"/calendar/week/{stage.monday}/", cookie),
        },
        times=100,
    )
    yield against(
        f"calendar page, week, {number} events drawn, logged in",
        figures["page"],
        floor=figures["floor"],
        floor_name="plain template",
        limit=0.5,
    )


def session_of(owner: Owner) -> dict[str, str]:
    """The header of a browser in which this member is logged in."""
    member = Member.objects.get(username=owner.name)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = _BACKEND
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.save()
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"}
