"""The Celery application. Its schedule is built from the settings by ``calendars.schedule``."""

from __future__ import annotations

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

TRANSPORT_ALIASES["files"] = "secretary_project.file_broker:Transport"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secretary_project.settings")

app = Celery("secretary")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
