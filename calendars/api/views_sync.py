"""How synchronisation stands, sync now, and whether this process is alive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from calendars.api.base import ApiView, answer
from calendars.api.errors import ErrorCode
from calendars.api.schema import operation
from calendars.api.serializers import HealthAnswer, StatusAnswer, SyncAnswer, SyncRequest
from calendars.commands.calendars import request_sync
from calendars.queries import sync_health

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request


class StatusView(ApiView):
    @operation(
        name="get_status",
        about="How each account and calendar stands with Google.",
        answers={200: StatusAnswer},
        tag="Sync",
    )
    def get(self, _: Request) -> HttpResponse:
        return answer({"status": "ok", **sync_health.status(member=self.member, now=self.now)})


class SyncTriggerView(ApiView):
    takes_proposals = True  # it changes nothing that is the member's

    @operation(
        name="trigger_sync",
        about="Sync now.\nReturns at once; the worker does it in the background.",
        takes=SyncRequest,
        answers={202: SyncAnswer},
        errors=[ErrorCode.SWITCHED_OFF],
        tag="Sync",
        reads=False,
    )
    def post(self, _: Request) -> HttpResponse:
        full = SyncRequest.read(self.body())["full"]
        asked = request_sync(member=self.member, full=full, now=self.now)
        return answer({"status": "queued", "accounts": asked}, status=202)


class HealthView(ApiView):
    """Liveness, for supervisors and load balancers: this process answers and its database too."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    @operation(
        name="get_health",
        about="Whether this server and its database answer.",
        answers={200: HealthAnswer},
        errors=[ErrorCode.UNAVAILABLE],
        tag="Sync",
        public=True,
    )
    def get(self, _: Request) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return answer({"status": "ok"})
