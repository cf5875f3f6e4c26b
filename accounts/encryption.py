"""Encryption of stored Google credentials with keys that can be rotated."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SecretUnreadableError(Exception):
    """None of TOKEN_ENCRYPTION_KEYS opens this secret."""


def encrypt(plain: str) -> str:
    """The text encrypted with the newest key."""
    return _keys().encrypt(plain.encode()).decode()


def decrypt(secret: str) -> str:
    """The text, whichever of the known keys encrypted it; SecretUnreadableError if none did."""
    try:
        return _keys().decrypt(secret.encode()).decode()
    except InvalidToken as error:
        raise SecretUnreadableError from error


def reencrypt(secret: str) -> str:
    """The same text encrypted with the newest key; SecretUnreadableError if no key opens it."""
    try:
        return _keys().rotate(secret.encode()).decode()
    except InvalidToken as error:
        raise SecretUnreadableError from error


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key.encode()) for key in settings.TOKEN_ENCRYPTION_KEYS])
