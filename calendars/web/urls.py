from __future__ import annotations

from django.urls import path, register_converter

from calendars.web.converters import DayConverter, GoogleIdConverter, ViewConverter
from calendars.web.views import events, problems, settings, spans, stream

register_converter(DayConverter, "day")
register_converter(GoogleIdConverter, "google_id")
register_converter(ViewConverter, "view")

urlpatterns = [
    path("", spans.home, name="calendar-home"),
    path("calendar/day/<day:day>/", spans.day, name="calendar-day"),
    path("calendar/week/<day:day>/", spans.week, name="calendar-week"),
    path("calendar/month/<day:day>/", spans.month, name="calendar-month"),
    path("calendar/agenda/<day:day>/", spans.agenda, name="calendar-agenda"),
    path("calendar/small/<view:view>/<day:at>/<day:month>/", spans.small, name="small-month"),
    path("calendar/shown", settings.shown, name="calendars-shown"),
    path("calendar/people", settings.people, name="calendar-people"),
    path("calendar/stream", stream.stream, name="calendar-stream"),
    path("calendar/event/new", events.create, name="event-create"),
    path(
        "calendar/event/<google_id:calendar_id>/<google_id:event_id>/",
        events.edit,
        name="event-edit",
    ),
    path(
        "calendar/event/<google_id:calendar_id>/<google_id:event_id>/delete",
        events.delete,
        name="event-delete",
    ),
    path("calendar/problems/", problems.problems, name="calendar-problems"),
    path("calendar/problems/<int:op_id>/<str:action>", problems.act, name="problem-action"),
    path("settings/sync/", settings.sync, name="settings-sync"),
    path("settings/calendar/", settings.calendar_settings, name="settings-calendar"),
    path("settings/calendar/default", settings.default_calendar, name="settings-default-calendar"),
]
