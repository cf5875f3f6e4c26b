"""The door to Google Calendar. Importing it is cheap: Google's client is loaded on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from calendars.sync.ports import Clock, Gateway


def gateway_for(
    *,
    credentials: Mapping[str, Any],
    on_refresh: Callable[[Mapping[str, Any]], None],
    clock: Clock,
) -> Gateway:
    """Google Calendar as one account sees it.

    ``credentials`` are in the shape of google-auth's ``to_json()``; ``on_refresh`` is given them
    anew, with another token, expiry and perhaps refresh token, whenever Google has renewed them.
    """
    from calendars.google.gateway import GoogleGateway

    return GoogleGateway(credentials, on_refresh=on_refresh, now=clock.now)


def primary_address(*, credentials: Mapping[str, Any]) -> str:
    """The address of the account: the id of its primary calendar. Raises a GatewayError."""
    from calendars.google.gateway import GoogleGateway
    from calendars.sync.clock import SystemClock

    gateway = GoogleGateway(credentials, on_refresh=lambda _: None, now=SystemClock().now)
    return gateway.primary_address()


def revoke(*, credentials: Mapping[str, Any], clock: Clock) -> None:
    """Have Google forget this grant; fine if it has already. Raises a GatewayError."""
    from calendars.google import revocation

    revocation.revoke(credentials, now=clock.now)


def use_transport(make_http: Callable[[], Any]) -> AbstractContextManager[None]:
    """While it lasts, requests go through what ``make_http`` makes, once for each thread.

    It needs the ``request`` method of ``httplib2.Http``. Token requests go the same way.
    """
    from calendars.google import connections

    return connections.use(make_http)
