"""What goes wrong on demand: refusals, lost replies, silence, expired tokens.

Each fault has a moment: "before" the request took effect, or "after" (the effect is there, the
answer is not).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from google_simulator.errors import ApiError, ConnectionLost, Shape

if TYPE_CHECKING:
    from google_simulator.oauth import SignIn
    from google_simulator.world import World

When = Literal["before", "after"]
_RANDOM = (
    (500, "backendError"),
    (503, "backendError"),
    (403, "rateLimitExceeded"),
    (429, "rateLimitExceeded"),
)


@dataclass
class Fault:
    """One planned failure."""

    when: When
    left: int
    status: int = 0
    reason: str = ""
    shape: Shape = "legacy"
    drop: bool = False
    slow: float = 0.0
    method: str | None = None
    path_contains: str | None = None

    def matches(self, when: When, method: str, path: str) -> bool:
        """Whether this failure is meant for that request, now."""
        return (
            self.left > 0
            and self.when == when
            and self.method in {None, method}
            and (self.path_contains is None or self.path_contains in path)
        )

    def strike(self) -> Exception:
        """The failure as it leaves the simulator."""
        if self.drop:
            return ConnectionLost("dropped")
        detail = "RATE_LIMIT_EXCEEDED" if self.shape == "new" and self.status in {403, 429} else ""
        return ApiError(self.status, self.reason, shape=self.shape, detail_reason=detail)


@dataclass
class Faults:
    """The plan of failures; methods may be called from any thread."""

    world: World
    sign_in: SignIn
    plan: list[Fault] = field(default_factory=list)
    offline: str = ""
    rate: float = 0.0
    writes_over_quota: bool = False

    def go_offline(self, *, kind: Literal["refused", "dns", "timeout"] = "refused") -> None:
        """From now on nothing answers."""
        with self.world.lock:
            self.offline = kind

    def go_online(self) -> None:
        """Answer again."""
        with self.world.lock:
            self.offline = ""

    def fail_next(
        self,
        n: int = 1,
        *,
        status: int = 500,
        reason: str = "backendError",
        shape: Shape = "legacy",
        when: When = "before",
        method: str | None = None,
        path_contains: str | None = None,
    ) -> None:
        """Answer the next n matching requests with an error."""
        with self.world.lock:
            self.plan.append(
                Fault(when, n, status, reason, shape, method=method, path_contains=path_contains)
            )

    def drop_next(
        self,
        n: int = 1,
        *,
        when: When = "before",
        method: str | None = None,
        path_contains: str | None = None,
    ) -> None:
        """Break the connection of the next n matching requests."""
        with self.world.lock:
            self.plan.append(Fault(when, n, drop=True, method=method, path_contains=path_contains))

    def slow_next(
        self,
        seconds: float,
        *,
        n: int = 1,
        method: str | None = None,
        path_contains: str | None = None,
    ) -> None:
        """Take that long over the next n matching requests; a client's timeout may come first."""
        with self.world.lock:
            self.plan.append(
                Fault("after", n, slow=seconds, method=method, path_contains=path_contains)
            )

    def random_faults(self, rate: float) -> None:
        """Let that share of requests (0 to 1) fail in one way or another, before or after."""
        with self.world.lock:
            self.rate = rate

    def expire_sync_tokens(self, calendar_id: str | None = None) -> None:
        """Answer 410 to every token given out so far, for one calendar or for everything."""
        with self.world.lock:
            for calendar in self.world.calendars.values():
                if calendar_id in {None, calendar.id}:
                    calendar.token_epoch += 1
            if calendar_id is None:
                for person in self.world.people.values():
                    person.list_epoch += 1

    def revoke_grant(self, email: str) -> None:
        """The person withdraws consent: 401 on calls, invalid_grant on refresh."""
        with self.world.lock:
            for owner, client_id in list(self.sign_in.grants):
                if owner == email:
                    self.sign_in.drop(owner, client_id)

    def expire_access_tokens(self) -> None:
        """401 until refreshed."""
        with self.world.lock:
            self.sign_in.access_tokens.clear()

    def quota_exceeded_for_writes(self, on: bool = True) -> None:
        """403 quotaExceeded on every write, while reads work (google-calendar-api.md section 8)."""
        with self.world.lock:
            self.writes_over_quota = on

    def withhold_scopes(self, email: str, scopes: list[str]) -> None:
        """The person unticked these scopes: live tokens lose them, new ones come without."""
        with self.world.lock:
            self.sign_in.withheld[email] = list(scopes)
            for token in self.sign_in.access_tokens.values():
                if token.email == email:
                    token.scopes = [scope for scope in token.scopes if scope not in scopes]

    def clear(self) -> None:
        """Nothing fails any more; what was revoked or expired stays so."""
        with self.world.lock:
            self.plan.clear()
            self.offline, self.rate, self.writes_over_quota = "", 0.0, False

    def roll(self, method: str) -> Fault | None:
        """Perhaps a random failure for this request."""
        chance = self.world.random
        if not self.rate or chance.random() >= self.rate:
            return None
        when: When = "after" if chance.random() < 0.5 else "before"
        if chance.random() < 0.34:
            return Fault(when, 1, drop=True)
        status, reason = chance.choice(_RANDOM)
        if status < 500:
            when = "before"
        return Fault(when, 1, status, reason, method=method)

    def take(self, when: When, method: str, path: str) -> Fault | None:
        """The first planned failure for this request, used up once."""
        for fault in self.plan:
            if fault.matches(when, method, path):
                fault.left -= 1
                if not fault.left:
                    self.plan.remove(fault)
                return fault
        return None
