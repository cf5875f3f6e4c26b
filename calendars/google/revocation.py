"""Google's revocation endpoint (RFC 7009), which stands beside its token endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin

from calendars.google import connections, errors

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def revoke(credentials: Mapping[str, Any], *, now: Callable[[], dt.datetime]) -> None:
    """Have a grant revoked; one that is dead already is fine. Raises a GatewayError."""
    token = credentials.get("refresh_token") or credentials.get("token")
    address = credentials.get("token_uri")
    if not (token and address):
        return  # nothing that Google would know
    # The token goes in the body: addresses are written into logs.
    try:
        answer, content = connections.http_of_this_thread().request(
            urljoin(address, "revoke"), "POST", body=urlencode({"token": token}), headers=_FORM
        )
    except Exception as exc:
        error = errors.translate(exc)
        if error is None:
            raise
        raise error from None
    refusal = errors.from_revocation_answer(answer.status, content, headers=answer, now=now())
    if refusal is not None:
        raise refusal
