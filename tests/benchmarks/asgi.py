"""One process that serves the product and, below /floor/, bare Django without any middleware.

The floors stay on Django's own handler: what the product's handler saves is the product's merit.
"""

from __future__ import annotations

from typing import Any

from django.core.handlers.asgi import ASGIHandler
from django.test import override_settings

from secretary_project.asgi import application as _product

with override_settings(MIDDLEWARE=[]):
    _bare = ASGIHandler()


async def application(scope: Any, receive: Any, send: Any) -> None:
    handler = _bare if scope["path"].startswith("/floor/") else _product
    await handler(scope, receive, send)
