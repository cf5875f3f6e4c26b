from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import GoogleAccount


class OutsideBusy(models.Model):
    """When somebody outside is busy, as Google told one account, and what it is asked for.

    ``wanted_start``, ``wanted_end``  the span that somebody asked about last, at ``wanted_at``
    ``known_start``, ``known_end``    the span that ``busy`` covers, null before an answer
    ``busy``                          ``[[start, end], ...]``, epoch seconds, merged
    ``problem``                       why Google did not tell; empty if it did
    """

    account = models.ForeignKey(GoogleAccount, models.CASCADE, related_name="outside_busy")
    address = models.CharField(max_length=320)
    wanted_start = models.DateTimeField()
    wanted_end = models.DateTimeField()
    wanted_at = models.DateTimeField()
    known_start = models.DateTimeField(null=True)
    known_end = models.DateTimeField(null=True)
    busy = models.JSONField(default=list)
    problem = models.CharField(max_length=64, blank=True, default="")
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "calendar_outside_busy"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "address"], name="outside_busy_once_per_account"
            ),
            models.CheckConstraint(
                condition=Q(wanted_end__gt=F("wanted_start")), name="outside_busy_has_length"
            ),
        ]

    def __str__(self) -> str:
        return self.address
