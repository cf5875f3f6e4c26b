"""Members, the Google accounts they have connected, and their API tokens."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"{name!r} is not a time zone such as Europe/Berlin")


def validate_weekdays(days: object) -> None:
    if not isinstance(days, list) or any(day not in range(7) for day in days):
        raise ValidationError("working days are a list of numbers, 0 for Monday to 6 for Sunday")


def monday_to_friday() -> list[int]:
    return [0, 1, 2, 3, 4]


class HourFormat(models.TextChoices):
    TWENTY_FOUR = "24", "14:00"
    TWELVE = "12", "2:00 pm"


class CalendarView(models.TextChoices):
    """The view that a member meets first. AUTOMATIC: the agenda on a phone, else the week."""

    AUTOMATIC = "", "Week, or agenda on a phone"
    DAY = "day", "Day"
    WEEK = "week", "Week"
    MONTH = "month", "Month"
    AGENDA = "agenda", "Agenda"


class Member(AbstractUser):
    """A person with a login, and how this person likes to see time.

    ``default_calendar`` is Google's id of the calendar for new events; empty chooses by itself.
    ``default_duration`` is that of new events, in minutes.
    ``shown_people`` are the usernames of colleagues whose busy time stands beside the member's own.
    ``shares_busy_time``: colleagues may see when the member is busy, and nothing else of it.
    """

    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    second_time_zone = models.CharField(max_length=64, blank=True, validators=[validate_time_zone])
    hour_format = models.CharField(max_length=2, choices=HourFormat, default=HourFormat.TWENTY_FOUR)
    default_view = models.CharField(
        max_length=8, choices=CalendarView, default=CalendarView.AUTOMATIC, blank=True
    )
    default_duration = models.PositiveSmallIntegerField(
        default=60, validators=[MinValueValidator(5), MaxValueValidator(24 * 60)]
    )
    week_start = models.PositiveSmallIntegerField(
        default=0,
        choices=[(0, "Monday"), (5, "Saturday"), (6, "Sunday")],
        validators=[MinValueValidator(0), MaxValueValidator(6)],
    )
    working_days = models.JSONField(default=monday_to_friday, validators=[validate_weekdays])
    working_day_start = models.TimeField(default=dt.time(9))
    working_day_end = models.TimeField(default=dt.time(17))
    default_calendar = models.CharField(max_length=320, blank=True, default="")
    shares_busy_time = models.BooleanField(default=True)
    shown_people = models.JSONField(default=list, blank=True)

    class Meta:
        db_table = "members"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(working_day_end__gt=F("working_day_start")),
                name="member_working_day_has_length",
            ),
            models.CheckConstraint(
                condition=Q(week_start__lte=6), name="member_week_start_is_a_day"
            ),
            models.CheckConstraint(
                condition=Q(hour_format__in=HourFormat.values), name="member_hour_format_is_known"
            ),
            models.CheckConstraint(
                condition=Q(default_view__in=CalendarView.values), name="member_view_is_known"
            ),
            models.CheckConstraint(
                condition=Q(default_duration__gte=5, default_duration__lte=24 * 60),
                name="member_duration_is_within_a_day",
            ),
        ]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def second_zone(self) -> ZoneInfo | None:
        return ZoneInfo(self.second_time_zone) if self.second_time_zone else None


class AccountStatus(models.TextChoices):
    CONNECTED = "connected", "Connected"
    RECONNECT = "reconnect", "Reconnect"
    DISCONNECTED = "disconnected", "Disconnected"


class GoogleAccount(models.Model):
    """One Google account that a member has connected.

    ``email`` is empty until Google has told it: the id of the account's primary calendar.
    ``credentials`` is google-auth's ``Credentials.to_json()``, encrypted; empty once disconnected.
    """

    member = models.ForeignKey(Member, models.CASCADE, related_name="google_accounts")
    email = models.CharField(max_length=320, blank=True)
    credentials = models.TextField(blank=True)
    scopes = models.JSONField(default=list, blank=True)
    status = models.CharField(max_length=16, choices=AccountStatus, default=AccountStatus.CONNECTED)
    status_reason = models.TextField(blank=True)
    connected_at = models.DateTimeField()

    class Meta:
        db_table = "google_accounts"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member", "email"],
                condition=~Q(email=""),
                name="google_account_once_per_member",
            ),
            models.CheckConstraint(
                condition=Q(status__in=AccountStatus.values), name="google_account_status_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.email or f"Google account {self.pk}"


class GrantToRevoke(models.Model):
    """A grant that a member has taken back here, until Google knows of it too.

    Erased as soon as Google has revoked it, and without that after many tries. ``credentials`` as
    in ``GoogleAccount``, ``address`` is that of its account, empty where it was never known.
    """

    address = models.CharField(max_length=320, blank=True)
    credentials = models.TextField()
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "grants_to_revoke"

    def __str__(self) -> str:
        return self.address or f"Grant {self.pk}"


class TokenScope(models.TextChoices):
    READ = "read", "Read"
    PROPOSE = "propose", "Propose"
    WRITE = "write", "Write"


class ApiToken(models.Model):
    """A named key to the REST API. Only its SHA-256 digest is stored; the key is shown once."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=8, choices=TokenScope)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "api_tokens"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(scope__in=TokenScope.values), name="api_token_scope_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
