"""What the product is compared with: the least that Django and DRF need for the same answer."""

from __future__ import annotations

import datetime as dt
import json
import time
import uuid
from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from calendars.search_index import EVENTS, FULL_TEXT, VECTOR

if TYPE_CHECKING:
    from rest_framework.request import Request


class ReadyRow(models.Model):
    """An occurrence exactly as a list answers it, ready as text."""

    calendar_id = models.BigIntegerField()
    start_ts = models.BigIntegerField()
    body = models.TextField()

    class Meta:
        app_label = "benchmarks"
        indexes = [models.Index(fields=["calendar_id", "start_ts"], name="bench_ready_start")]

    def __str__(self) -> str:
        return str(self.pk)


class PlainEvent(models.Model):
    """What a plain create writes: one row for the event ..."""

    event_id = models.CharField(max_length=80, unique=True)
    calendar_id = models.BigIntegerField()
    start_ts = models.BigIntegerField()
    end_ts = models.BigIntegerField()
    body = models.TextField()

    class Meta:
        app_label = "benchmarks"
        indexes = [models.Index(fields=["calendar_id", "start_ts"], name="bench_plain_start")]

    def __str__(self) -> str:
        return self.event_id


class PlainChange(models.Model):
    """... and one for the change that waits."""

    event_id = models.CharField(max_length=80, db_index=True)
    payload = models.JSONField()
    created_ts = models.BigIntegerField()

    class Meta:
        app_label = "benchmarks"

    def __str__(self) -> str:
        return self.event_id


TABLES = (ReadyRow, PlainEvent, PlainChange)


def events(request: HttpRequest) -> HttpResponse:
    """The same rows as JSON, by one query through the ORM."""
    low, high = int(request.GET["low"]), int(request.GET["high"])
    rows = ReadyRow.objects.filter(
        calendar_id=int(request.GET["calendar"]), start_ts__gte=low, start_ts__lt=high
    )
    bodies = rows.order_by("start_ts").values_list("body", flat=True)
    text = f'{{"status":"ok","events":[{",".join(bodies)}]}}'
    return HttpResponse(text, content_type="application/json")


def hits(request: HttpRequest) -> HttpResponse:
    """The index query alone: keys of the fifty hits that are nearest to a moment."""
    near = int(request.GET["near"])
    match = f"{VECTOR} @@ CAST(%s AS tsquery)"
    if connection.vendor == "sqlite":
        match = f"id IN (SELECT rowid FROM {FULL_TEXT} WHERE {FULL_TEXT} MATCH %s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {EVENTS} WHERE {match} ORDER BY abs(start_ts_utc - %s) LIMIT 50",
            [request.GET["question"], near],
        )
        keys = [key for (key,) in cursor.fetchall()]
    return HttpResponse(json.dumps(keys), content_type="application/json")


def week(request: HttpRequest) -> HttpResponse:
    """The week as anybody would draw it: one query, and a template with loops, links and dates."""
    low, high = int(request.GET["low"]), int(request.GET["high"])
    bodies = ReadyRow.objects.filter(
        calendar_id=int(request.GET["calendar"]), start_ts__gte=low, start_ts__lt=high
    ).values_list("body", flat=True)
    monday = dt.date.fromisoformat(request.GET["monday"])
    days = [{"date": monday + dt.timedelta(days=day), "events": []} for day in range(7)]
    by_date: dict[Any, Any] = {day["date"]: day["events"] for day in days}
    for body in bodies.order_by("start_ts"):
        event = json.loads(body)
        begin, finish = (
            dt.datetime.fromisoformat(event[name].get("dateTime") or event[name]["date"])
            for name in ("start", "end")
        )
        by_date.get(begin.date(), []).append({**event, "begin": begin, "finish": finish})
    return render(request, "floor/week.html", {"days": days, "hours": range(24)})


class _Event(serializers.Serializer[Any]):
    summary = serializers.CharField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    location = serializers.CharField(required=False)
    description = serializers.CharField(required=False)


class CreateView(APIView):
    """A bare DRF view: it checks its input and writes two rows in one transaction."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    def post(self, request: Request) -> Response:
        given = _Event(data=request.data)
        given.is_valid(raise_exception=True)
        event_id = uuid.uuid4().hex
        body = {**request.data, "id": event_id}
        with transaction.atomic():
            PlainEvent.objects.create(
                event_id=event_id,
                calendar_id=1,
                start_ts=int(given.validated_data["start"].timestamp()),
                end_ts=int(given.validated_data["end"].timestamp()),
                body=json.dumps(body),
            )
            change = PlainChange.objects.create(
                event_id=event_id, payload=request.data, created_ts=int(time.time())
            )
        return Response({"status": "queued", "outbox_id": change.pk, "event": body}, status=202)
