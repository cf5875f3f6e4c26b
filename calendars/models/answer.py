from __future__ import annotations

from typing import ClassVar

from django.db import models

from calendars.models.outbox import OutboxOperation


class RememberedAnswer(models.Model):
    """What a write over REST was answered, so that the same call again is not done twice.

    ``holder``  the key or member that called; ``key`` what the caller named the call
    ``digest``  of the whole request; ``operation`` what it queued, if it queued something
    """

    holder = models.CharField(max_length=32)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True, default="")
    operation = models.ForeignKey(
        OutboxOperation, models.SET_NULL, null=True, related_name="+", db_index=True
    )
    created_at = models.DateTimeField()

    class Meta:
        db_table = "api_answers"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["holder", "key"], name="answer_once_per_key"),
        ]

    def __str__(self) -> str:
        return self.key
