from __future__ import annotations

from django.urls import path, register_converter

from calendars.web.converters import DayConverter, GoogleIdConverter, ViewConverter
from calendars.web.views import (
    accounts,
    calendar_list,
    card,
    changes,
    chip,
    delete_event,
    drag,
    edit_event,
    editor,
    find_time,
    keys,
    new_event,
    placing,
    problems,
    profile,
    search,
    settings,
    side,
    spans,
    stream,
    undo,
)

register_converter(DayConverter, "day")
register_converter(GoogleIdConverter, "google_id")
register_converter(ViewConverter, "view")

_EVENT = "calendar/event/<google_id:calendar_id>/<google_id:event_id>"
_ENTRY = "settings/calendar/list/<google_id:calendar_id>"

urlpatterns = [
    path("", spans.home, name="calendar-home"),
    path("calendar/day/<day:day>/", spans.day, name="calendar-day"),
    path("calendar/week/<day:day>/", spans.week, name="calendar-week"),
    path("calendar/month/<day:day>/", spans.month, name="calendar-month"),
    path("calendar/agenda/<day:day>/", spans.agenda, name="calendar-agenda"),
    path("calendar/small/<view:view>/<day:at>/<day:month>/", spans.small, name="small-month"),
    path("calendar/shown", settings.shown, name="calendars-shown"),
    path("calendar/people", settings.people, name="calendar-people"),
    path("calendar/side", side.fold, name="side-fold"),
    path("calendar/stream", stream.stream, name="calendar-stream"),
    path("calendar/chip", chip.chip, name="calendar-chip"),
    path("calendar/keys/", keys.keys, name="calendar-keys"),
    path("calendar/go/", keys.go, name="calendar-go"),
    path("calendar/sync", keys.sync_now, name="sync-now"),
    path("calendar/event/new", new_event.create, name="event-create"),
    path("calendar/event/guests", editor.guests, name="event-guests"),
    path("calendar/event/repeats", editor.repeats, name="event-repeats"),
    path(f"{_EVENT}/", card.card, name="event-card"),
    path(f"{_EVENT}/edit", edit_event.edit, name="event-edit"),
    path(f"{_EVENT}/resets", edit_event.resets, name="event-resets"),
    path(f"{_EVENT}/delete", delete_event.delete, name="event-delete"),
    path(f"{_EVENT}/respond", card.answer, name="event-respond"),
    path(f"{_EVENT}/duplicate", placing.duplicate, name="event-duplicate"),
    path(f"{_EVENT}/move", placing.move, name="event-move"),
    path(f"{_EVENT}/time", drag.drag, name="event-time"),
    path(f"{_EVENT}/history", card.history, name="event-history"),
    path("calendar/undo", undo.last, name="undo-last"),
    path("calendar/undo/<int:op_id>", undo.undo, name="operation-undo"),
    path("calendar/find-time/", find_time.find_time, name="find-time"),
    path("calendar/search/", search.search, name="calendar-search"),
    path("calendar/changes/", changes.changes, name="calendar-changes"),
    path("calendar/problems/", problems.problems, name="calendar-problems"),
    path("calendar/problems/approve", problems.approve_all, name="proposals-approve"),
    path("calendar/problems/retry", problems.retry_all, name="failures-retry"),
    path("calendar/problems/<int:op_id>/", problems.problem, name="calendar-problem"),
    path("calendar/problems/<int:op_id>/<str:action>", problems.act, name="problem-action"),
    path("settings/profile/", profile.profile, name="settings-profile"),
    path("settings/accounts/", accounts.accounts, name="settings-accounts"),
    path(
        "settings/accounts/<int:account_id>/disconnect/",
        accounts.disconnect,
        name="settings-account-disconnect",
    ),
    path("settings/sync/", accounts.sync, name="settings-sync"),
    path("settings/calendar/", calendar_list.calendars, name="settings-calendar"),
    path("settings/calendar/subscribe", calendar_list.subscribe, name="settings-list-subscribe"),
    path(
        "settings/calendar/refused/<int:pk>/<str:action>",
        calendar_list.refused,
        name="settings-list-refused",
    ),
    path(f"{_ENTRY}/", calendar_list.entry, name="settings-list-entry"),
    path(f"{_ENTRY}/change", calendar_list.change, name="settings-list-change"),
    path(f"{_ENTRY}/remove", calendar_list.remove, name="settings-list-remove"),
]
