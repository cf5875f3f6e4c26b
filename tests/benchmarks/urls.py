from __future__ import annotations

from django.urls import include, path

from tests.benchmarks import floors

urlpatterns = [
    path("floor/events", floors.events),
    path("floor/hits", floors.hits),
    path("floor/week", floors.week),
    path("floor/event", floors.CreateView.as_view()),
    path("", include("secretary_project.urls")),
]
