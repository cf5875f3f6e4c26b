"""How often somebody may try to log in. Counted in Django's cache, in windows of fixed length.

A try is counted before the password is looked at, so that tries side by side count as well.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import logging
import unicodedata

from django.core.cache import cache

logger = logging.getLogger(__name__)

WINDOW = dt.timedelta(minutes=15)
TRIES_PER_USERNAME = 5
TRIES_PER_ADDRESS = 60


def wait_before_try(*, username: str, address: str, now: dt.datetime) -> dt.timedelta | None:
    """Count one try; how long to wait if it is one too many, otherwise None.

    Limits hold per network address, and per username as tried from that address: nobody can lock
    a colleague out from elsewhere. While the cache does not answer, nothing is limited.
    """
    try:
        of_address = _count(_address_key(address, now))
        of_username = _count(_username_key(username, address, now))
    except Exception:
        logger.exception("Logins are not limited: the cache does not answer")
        return None
    if of_address <= TRIES_PER_ADDRESS and of_username <= TRIES_PER_USERNAME:
        return None
    return WINDOW - _since_window_began(now)


def forget_tries(*, username: str, address: str, now: dt.datetime) -> None:
    """The password was right: this try and those before it with this username do not count."""
    try:
        cache.delete(_username_key(username, address, now))
        cache.decr(_address_key(address, now))
    except ValueError:
        return  # the cache has dropped the count already
    except Exception:
        logger.exception("A login was not uncounted: the cache does not answer")


def minutes(wait: dt.timedelta) -> int:
    """A waiting time for people: whole minutes, rounded up."""
    return -(-wait // dt.timedelta(minutes=1))


def _count(key: str) -> int:
    cache.add(key, 0, timeout=2 * WINDOW.total_seconds())
    return int(cache.incr(key))


def _username_key(username: str, address: str, now: dt.datetime) -> str:
    name = unicodedata.normalize("NFKC", username).casefold()
    return _key(f"username\n{name}\n{_network(address)}", now)


def _address_key(address: str, now: dt.datetime) -> str:
    return _key(f"address\n{_network(address)}", now)


def _key(text: str, now: dt.datetime) -> str:
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()
    return f"login-tries:{digest}:{_window(now)}"


def _window(now: dt.datetime) -> int:
    return int(now.timestamp() // WINDOW.total_seconds())


def _since_window_began(now: dt.datetime) -> dt.timedelta:
    return dt.timedelta(seconds=now.timestamp() % WINDOW.total_seconds())


def _network(address: str) -> str:
    """An IPv6 household has a /64 to choose addresses from, so that counts as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((int(parsed), 64), strict=False))
