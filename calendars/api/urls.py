"""All routes below /api/, one line each; names and shapes are the contract of docs/api.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path, re_path

from calendars.api import (
    views_calendar_list,
    views_calendars,
    views_docs,
    views_events,
    views_guests,
    views_outbox,
    views_placing,
    views_sync,
)

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("calendar/events", views_events.EventListView.as_view()),
    path("calendar/search", views_events.EventSearchView.as_view()),
    path("calendar/event", views_events.EventCreateView.as_view()),
    path("calendar/respond", views_guests.RespondView.as_view()),
    path("calendar/availability", views_calendars.AvailabilityView.as_view()),
    path("calendar/freebusy", views_calendars.FreeBusyView.as_view()),
    path("calendar/find-time", views_calendars.FindTimeView.as_view()),
    path("calendar/people", views_calendars.PeopleView.as_view()),
    path("calendar/list", views_calendar_list.CalendarListView.as_view()),
    path("calendar/list/changes", views_calendar_list.CalendarListChangesView.as_view()),
    path(
        "calendar/list/changes/<int:change_id>/dismiss",
        views_calendar_list.DismissListChangeView.as_view(),
    ),
    path("calendar/list/<str:calendar_id>", views_calendar_list.CalendarListEntryView.as_view()),
    path("settings/calendar", views_calendars.CalendarSettingsView.as_view()),
    path("calendar/outbox", views_outbox.OutboxView.as_view()),
    path("calendar/outbox/approve", views_outbox.ApproveAllView.as_view()),
    path("calendar/outbox/<int:op_id>", views_outbox.OperationView.as_view()),
    path("calendar/outbox/<int:op_id>/approve", views_outbox.ApproveView.as_view()),
    path("calendar/outbox/<int:op_id>/retry", views_outbox.RetryView.as_view()),
    path("calendar/outbox/<int:op_id>/discard", views_outbox.DiscardView.as_view()),
    path("calendar/outbox/<int:op_id>/undo", views_outbox.UndoView.as_view()),
    path("calendar/conflicts", views_outbox.ConflictsView.as_view()),
    path("calendar/conflicts/<int:op_id>/resolve", views_outbox.ResolveView.as_view()),
    path(
        "calendar/<str:calendar_id>/events/<str:event_id>/history",
        views_outbox.HistoryView.as_view(),
    ),
    path(
        "calendar/<str:calendar_id>/events/<str:event_id>",
        views_events.EventView.as_view(),
    ),
    path(
        "calendar/<str:calendar_id>/events/<str:event_id>/move",
        views_placing.EventMoveView.as_view(),
    ),
    path(
        "calendar/<str:calendar_id>/events/<str:event_id>/duplicate",
        views_placing.EventDuplicateView.as_view(),
    ),
    path("status", views_sync.StatusView.as_view()),
    path("sync/trigger", views_sync.SyncTriggerView.as_view()),
    path("schema/", views_docs.OpenApiDocument.as_view(), name="api-schema"),
    path("docs/", views_docs.SwaggerPage.as_view(url_name="api-schema"), name="api-docs"),
    re_path(r"", views_docs.unknown_route),
]
