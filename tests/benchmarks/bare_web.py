"""The least that a web process of this kind needs: Django's own handler and a database driver."""

from __future__ import annotations

from django.core.asgi import get_asgi_application

application = get_asgi_application()
