"""Encryption of stored Google credentials with keys that can be rotated.

The library is loaded at the first secret: it takes 6 MB, and most web processes never open one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class SecretUnreadableError(Exception):
    """None of TOKEN_ENCRYPTION_KEYS opens this secret."""


def encrypt(plain: str) -> str:
    """The text encrypted with the newest key."""
    return _keys().encrypt(plain.encode()).decode()


def decrypt(secret: str) -> str:
    """The text, whichever of the known keys encrypted it; SecretUnreadableError if none did."""
    from cryptography.fernet import InvalidToken

    try:
        return _keys().decrypt(secret.encode()).decode()
    except InvalidToken as error:
        raise SecretUnreadableError from error


def reencrypt(secret: str) -> str:
    """The same text encrypted with the newest key; SecretUnreadableError if no key opens it."""
    from cryptography.fernet import InvalidToken

    try:
        return _keys().rotate(secret.encode()).decode()
    except InvalidToken as error:
        raise SecretUnreadableError from error


def new_key() -> str:
    """A key for TOKEN_ENCRYPTION_KEYS."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


def is_key(text: str) -> bool:
    """Whether this could be one of TOKEN_ENCRYPTION_KEYS."""
    from cryptography.fernet import Fernet

    try:
        Fernet(text.encode())
    except ValueError:
        return False
    return True


def _keys() -> MultiFernet:
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(key.encode()) for key in settings.TOKEN_ENCRYPTION_KEYS])
