"""The credentials of an account, which renew themselves and hand the new token out to be stored."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from google.oauth2.credentials import Credentials

from calendars.google import errors
from calendars.sync.ports import GrantLostError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_EARLY = dt.timedelta(minutes=3, seconds=45)
"""As google-auth does: a token about to expire could do so on its way."""


class Grant(Credentials):
    """Credentials in the shape of google-auth's ``to_json()``.

    Built by hand, because ``from_authorized_user_info`` ignores ``token_uri`` (trap 46). Scopes are
    left out: a renewal then asks for what was granted, whatever that was.
    ``on_refresh`` gets the whole mapping with the new token, expiry and refresh token, as soon as
    Google has given them and before they are used. Expiry goes by ``now``, not by the machine.
    """

    def __init__(
        self,
        stored: Mapping[str, Any],
        *,
        on_refresh: Callable[[Mapping[str, Any]], None],
        now: Callable[[], dt.datetime],
    ) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            token=stored.get("token") or None,
            refresh_token=stored.get("refresh_token") or None,
            token_uri=stored.get("token_uri"),
            client_id=stored.get("client_id"),
            client_secret=stored.get("client_secret"),
            expiry=_naive_utc(stored.get("expiry")),
        )
        self._stored = dict(stored)
        self._on_refresh = on_refresh
        self._now = now

    def refresh(self, request: Callable[..., Any]) -> None:
        """Get a new access token. Raises a GatewayError instead of google-auth's RefreshError."""
        if not (self.refresh_token and self.token_uri and self.client_id and self.client_secret):
            raise GrantLostError(
                "Google gave no lasting sign-in for this account. Connect the account again.",
                reason="no_refresh_token",
            )
        answers: list[bytes] = []
        super().refresh(self._asking_once(request, answers))  # type: ignore[no-untyped-call]
        self.expiry = self._expiry_in(answers[-1])
        self._stored |= {"token": self.token, "refresh_token": self.refresh_token}
        self._stored["expiry"] = None if self.expiry is None else f"{self.expiry.isoformat()}Z"
        self._on_refresh(dict(self._stored))

    @property
    def expired(self) -> bool:
        """Whether the access token has expired or is about to."""
        return self.expiry is not None and self._naive_now() >= self.expiry - _EARLY

    def _naive_now(self) -> dt.datetime:
        return self._now().astimezone(dt.UTC).replace(tzinfo=None)

    def _expiry_in(self, answer: bytes) -> dt.datetime | None:
        seconds = json.loads(answer).get("expires_in")
        return None if seconds is None else self._naive_now() + dt.timedelta(seconds=int(seconds))

    def _asking_once(self, request: Callable[..., Any], answers: list[bytes]) -> Callable[..., Any]:
        """``request`` that raises on refusal: google-auth would sleep and try again by itself."""

        def ask(**kwargs: Any) -> Any:
            answer = request(**kwargs)
            error = errors.from_token_answer(
                answer.status, answer.data, headers=answer.headers, now=self._now()
            )
            if error is not None:
                raise error
            answers.append(answer.data)
            return answer

        return ask


def _naive_utc(text: Any) -> dt.datetime | None:
    """google-auth wants naive UTC. An unreadable expiry counts as none: a 401 renews the token."""
    if not isinstance(text, str):
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(dt.UTC).replace(tzinfo=None)
