from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import Member

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


class MemberTimeZoneMiddleware:
    """Pages show times in the zone of the member who looks at them.

    Addresses below /api/ carry no session user until DRF has looked, and print their own zones.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith("/api/"):
            return self.get_response(request)
        user = request.user
        if not isinstance(user, Member):
            return self.get_response(request)
        with timezone.override(user.zone):
            return self.get_response(request)
