"""The Celery application. Its schedule is built from the settings by ``calendars.schedule``."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready
from kombu.transport import TRANSPORT_ALIASES

from secretary_project import garbage

TRANSPORT_ALIASES["files"] = "secretary_project.file_broker:Transport"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secretary_project.settings")
# Celery throws away what the checks find; they would load every page and the whole REST API.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("secretary")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def _settle(**_: Any) -> None:
    garbage.settle()
