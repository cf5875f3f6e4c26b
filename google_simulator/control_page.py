"""The control page's HTML: forms only, no scripts."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from google_simulator.listing import EventQuery, upcoming
from google_simulator.pages import page
from google_simulator.times import Resource, from_epoch

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from google_simulator.simulator import Simulator
    from google_simulator.world import Calendar

SHOWN_DAYS = 14
SHOWN_EVENTS = 60


def overview(simulator: Simulator, chosen: str) -> Response:
    """The main page: switches above, one calendar's coming events below."""
    world = simulator.world
    calendars = [each for each in world.calendars.values() if not each.deleted and not each.room]
    calendar = world.calendars.get(chosen) or (calendars[0] if calendars else None)
    parts = [_line(simulator), _switches(simulator)]
    if calendar is not None:
        parts += [_chooser(calendars, calendar), _new(calendar), _events(simulator, calendar)]
    return page("Google, simulated", "".join(parts))


def _form(action: str, inner: str, *, back: str = "/control/") -> str:
    return (
        f'<form method="post" action="/control/{action}">'
        f'<input type="hidden" name="back" value="{escape(back)}">{inner}</form>'
    )


def _line(simulator: Simulator) -> str:
    if simulator.faults.offline:
        switch = _form("online", "<button>Switch Google on</button>")
        return f'<div class="banner off row"><strong>Google is off.</strong>{switch}</div>'
    switch = _form("offline", "<button>Switch Google off</button>")
    return f'<div class="banner row"><strong>Google is on.</strong>{switch}</div>'


def _switches(simulator: Simulator) -> str:
    people = "".join(
        f'<option value="{escape(email)}">{escape(email)}</option>'
        for email in simulator.world.people
    )
    when = (
        '<label>and this happens <select name="when"><option value="before">before</option>'
        '<option value="after">after</option></select> it takes effect</label>'
    )
    forms = [
        _form("expire-sync-tokens", "<button>Expire all sync tokens</button>"),
        _form("expire-access-tokens", "<button>Expire access tokens</button>"),
        _form("revoke", f'<label>Revoke access of <select name="email">{people}</select></label>'
              "<button>Revoke</button>"),
        _form("fail", f'<label>Answer the next <input name="n" value="1" size="2"></label>'
              f'<label>requests with <select name="status">{_statuses()}</select></label>{when}'
              "<button>Inject</button>"),
        _form("drop", f'<label>Drop the next <input name="n" value="1" size="2"></label>{when}'
              "<button>Inject</button>"),
        _form("slow", '<label>Be slow once, seconds <input name="seconds" value="5" size="3">'
              "</label><button>Inject</button>"),
        _form("clear-faults", "<button>Clear all faults</button>"),
    ]  # fmt: skip
    planned = len(simulator.faults.plan)
    note = f"<p>{planned} planned fault(s).</p>" if planned else ""
    rows = "".join(f'<li class="row">{form}</li>' for form in forms)
    seen = '<p><a href="/control/requests">Requests that arrived</a></p>'
    shown = " open" if planned else ""
    listed = f'<details{shown}><summary>Make something fail</summary><ul class="plain">{rows}</ul>'
    return f"{note}{listed}</details>{seen}"


def _statuses() -> str:
    return "".join(f"<option>{status}</option>" for status in (503, 500, 429, 403, 404, 401, 400))


def _chooser(calendars: list[Calendar], chosen: Calendar) -> str:
    options = "".join(
        f'<option value="{escape(each.id)}"{" selected" if each is chosen else ""}>'
        f"{escape(each.summary)}</option>"
        for each in calendars
    )
    return (
        "<h2>Somebody else at Google</h2>"
        '<form method="get" action="/control/" class="row"><label>Calendar '
        f'<select name="calendar">{options}</select></label><button>Show</button></form>'
    )


def _back(calendar: Calendar) -> str:
    return f"/control/?calendar={quote(calendar.id)}"


def _target(calendar: Calendar, event_id: str = "") -> str:
    event = f'<input type="hidden" name="event" value="{escape(event_id)}">' if event_id else ""
    return f'<input type="hidden" name="calendar" value="{escape(calendar.id)}">{event}'


def _new(calendar: Calendar) -> str:
    inner = (
        f"{_target(calendar)}"
        '<label>Title <input name="summary" value="New event" required></label>'
        '<label>Start <input type="datetime-local" name="start" required></label>'
        '<label>Minutes <input name="minutes" value="60" size="4"></label><button>Make</button>'
    )
    return f'<div class="row">{_form("events/insert", inner, back=_back(calendar))}</div>'


def _events(simulator: Simulator, calendar: Calendar) -> str:
    now = int(simulator.world.now())
    bounds = EventQuery(
        single_events=True,
        order_by="startTime",
        time_min=now - 7 * 86_400,
        time_max=now + int(timedelta(days=SHOWN_DAYS).total_seconds()),
    )
    found = upcoming(simulator.world, calendar, bounds)[:SHOWN_EVENTS]
    rows = "".join(_row(calendar, event) for event in found)
    return (
        f'<div class="scroll"><table><caption class="visually-hidden">Events</caption><thead><tr>'
        f"<th>When ({escape(calendar.time_zone)})</th><th>Title</th><th>Move to</th>"
        "<th>Delete</th></tr>"
        f"</thead><tbody>{rows}</tbody></table></div>"
    )


def _row(calendar: Calendar, event: Resource) -> str:
    start = event["start"].get("date") or event["start"]["dateTime"][:16]
    title, back = str(event.get("summary", "")), _back(calendar)
    target = _target(calendar, event["id"])
    rename = _form(
        "events/patch",
        f'{target}<label><span class="visually-hidden">Title</span>'
        f'<input name="summary" value="{escape(title)}"></label><button>Rename</button>',
        back=back,
    )
    kind = "date" if "date" in event["start"] else "datetime-local"
    move = _form(
        "events/patch",
        f'{target}<label><span class="visually-hidden">Start</span>'
        f'<input type="{kind}" name="start" value="{escape(start)}" required></label>'
        f"{_length(event)}<button>Move</button>",
        back=back,
    )
    delete = _form("events/delete", f"{target}<button>Delete</button>", back=back)
    repeated = " (repeats)" if "recurringEventId" in event else ""
    when = escape(start.replace("T", " ")) + repeated
    return f"<tr><td>{when}</td><td>{rename}</td><td>{move}</td><td>{delete}</td></tr>"


def _length(event: Resource) -> str:
    name = "date" if "date" in event["start"] else "dateTime"
    begin, end = (datetime.fromisoformat(event[which][name]) for which in ("start", "end"))
    unit, size = ("days", 86_400) if name == "date" else ("minutes", 60)
    count = int((end - begin).total_seconds()) // size
    return f'<input type="hidden" name="{unit}" value="{count}">'


def requests(simulator: Simulator) -> Response:
    """The requests that arrived, newest first."""
    rows = "".join(
        f"<tr><td>{from_epoch(each.at, 'UTC'):%H:%M:%S}</td><td>{escape(each.method)}</td>"
        f"<td><code>{escape(each.path)}</code></td><td><code>{escape(_brief(each.query))}</code>"
        f"</td><td><code>{escape(_brief(each.body))}</code></td><td>{each.status or 'none'}</td>"
        f"<td>{escape(each.user)}</td></tr>"
        for each in list(simulator.requests)[:-201:-1]
    )
    head = "".join(
        f"<th>{name}</th>"
        for name in ("Time (UTC)", "Method", "Path", "Query", "Body", "Answer", "Account")
    )
    body = (
        '<p><a href="/control/">Back</a></p><div class="scroll"><table><thead><tr>'
        f"{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    return page("Requests that arrived", body)


def _brief(value: object) -> str:
    return "" if not value else json.dumps(value, ensure_ascii=False)[:300]


def refusal(text: str) -> Response:
    """What could not be done, and the way back."""
    return page(
        "That did not work",
        f'<p class="banner off">{escape(text)}</p><p><a href="/control/">Back</a></p>',
        status=400,
    )
