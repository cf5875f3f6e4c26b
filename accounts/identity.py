"""Whose Google account a grant belongs to."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger(__name__)


def address_of(*, credentials: Mapping[str, Any]) -> str:
    """The address of the account, asked of Google; empty if Google does not tell now.

    The first sync asks again, so a member without a network can connect all the same.
    """
    # Imported late: Google's client is large, and only few requests of a web process need it.
    from calendars.google.client import primary_address
    from calendars.sync.ports import GatewayError

    try:
        return primary_address(credentials=credentials)
    except GatewayError as error:
        logger.info("Google did not tell the address of a new account: %s", error.code)
        return ""
