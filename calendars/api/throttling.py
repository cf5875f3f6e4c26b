"""How often a member or token may ask: a counter per minute in Django's cache."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.cache import cache
from rest_framework.throttling import BaseThrottle

from accounts.models import ApiToken, Member

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView

_WINDOW_SECONDS: Final = 60


class MemberThrottle(BaseThrottle):
    """``API_REQUESTS_PER_MINUTE`` for each token, each member's browser, each anonymous address.

    Fixed windows of a minute: one increment a request. A cache that is away lets everybody in.
    """

    def allow_request(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        minute = int(self.clock()) // _WINDOW_SECONDS
        return _count(f"api:{_asker(request)}:{minute}") <= settings.API_REQUESTS_PER_MINUTE

    def wait(self) -> float:
        """Seconds until the next window opens."""
        return math.ceil(_WINDOW_SECONDS - self.clock() % _WINDOW_SECONDS)

    def clock(self) -> float:
        return time.time()


def _asker(request: Request) -> str:
    if isinstance(request.auth, ApiToken):
        return f"token{request.auth.pk}"
    if isinstance(request.user, Member):
        return f"member{request.user.pk}"
    return f"address{request.META.get('REMOTE_ADDR', '')}"


def _count(key: str) -> int:
    try:
        return cache.incr(key)
    except ValueError:  # the first of this minute
        return 1 if cache.add(key, 1, timeout=2 * _WINDOW_SECONDS) else 2
    except (OSError, _redis_error()):
        return 0


def _redis_error() -> type[Exception]:
    """Asked for only when something went wrong: without Redis its client is not loaded."""
    from redis.exceptions import RedisError

    return RedisError
