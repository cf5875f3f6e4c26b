"""The least that a worker of this kind needs: Django, Celery and Google's client, no tasks."""

from __future__ import annotations

import django
from celery import Celery
from googleapiclient.discovery import build

django.setup()
app = Celery("bare", broker="memory://")
calendar = build("calendar", "v3", http=object(), static_discovery=True)  # type: ignore[call-overload]
