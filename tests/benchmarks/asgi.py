"""One process that serves the product and, below /floor/, bare Django without any middleware."""

from __future__ import annotations

from typing import Any

from django.core.asgi import get_asgi_application
from django.core.handlers.asgi import ASGIHandler
from django.test import override_settings

_product = get_asgi_application()
with override_settings(MIDDLEWARE=[]):
    _bare = ASGIHandler()


async def application(scope: Any, receive: Any, send: Any) -> None:
    handler = _bare if scope["path"].startswith("/floor/") else _product
    await handler(scope, receive, send)
