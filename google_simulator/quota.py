"""Request quotas as token buckets per person and for the project (google-calendar-api.md 8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from google_simulator.errors import ApiError, Shape

if TYPE_CHECKING:
    from google_simulator.world import World

PATCH_WEIGHT = 3
_PROJECT = ""


@dataclass
class Quota:
    """Off until `enable` is called. Buckets refill evenly over a minute of the world's clock."""

    world: World
    per_user: int = 0
    per_project: int = 0
    status: int = 403
    shape: Shape = "new"
    levels: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Key to (tokens left, epoch seconds of that level)."""

    def enable(
        self,
        *,
        per_user_per_minute: int = 600,
        per_project_per_minute: int = 10_000,
        status: int = 403,
        shape: Shape = "new",
    ) -> None:
        """Start to count; refusals have the given form, Google uses 403 and 429, both shapes."""
        with self.world.lock:
            self.per_user, self.per_project = per_user_per_minute, per_project_per_minute
            self.status, self.shape = status, shape
            self.levels.clear()

    def disable(self) -> None:
        """Stop counting."""
        with self.world.lock:
            self.per_user = 0

    def spend(self, charged_to: str, http_method: str) -> None:
        """Charge one request, a PATCH three times; 403 or 429 rateLimitExceeded when spent."""
        if not self.per_user:
            return
        weight = PATCH_WEIGHT if http_method == "PATCH" else 1
        self._take(charged_to, weight, self.per_user)
        self._take(_PROJECT, weight, self.per_project)

    def _take(self, key: str, weight: int, per_minute: int) -> None:
        now = self.world.now()
        level, at = self.levels.get(key, (float(per_minute), now))
        level = min(per_minute, level + (now - at) * per_minute / 60)
        if level < weight:
            self.levels[key] = (level, now)
            message = (
                "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' "
                "of service 'calendar-json.googleapis.com'."
                if self.shape == "new"
                else "Rate Limit Exceeded"
            )
            detail = "RATE_LIMIT_EXCEEDED" if self.shape == "new" else ""
            raise ApiError(
                self.status, "rateLimitExceeded", message, shape=self.shape, detail_reason=detail
            )
        self.levels[key] = (level - weight, now)
