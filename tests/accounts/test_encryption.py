from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet

from accounts.encryption import SecretUnreadableError, decrypt, encrypt, reencrypt

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))


def test_the_first_key_encrypts_and_every_key_opens(settings: Any) -> None:
    settings.TOKEN_ENCRYPTION_KEYS = [OLD]
    secret = encrypt("té")
    settings.TOKEN_ENCRYPTION_KEYS = [NEW, OLD]
    assert decrypt(secret) == "té"
    newer = encrypt("té")
    settings.TOKEN_ENCRYPTION_KEYS = [NEW]
    assert decrypt(newer) == "té"


def test_encrypting_anew_makes_the_old_key_superfluous(settings: Any) -> None:
    settings.TOKEN_ENCRYPTION_KEYS = [OLD]
    secret = encrypt("text")
    settings.TOKEN_ENCRYPTION_KEYS = [NEW, OLD]
    rotated = reencrypt(secret)
    settings.TOKEN_ENCRYPTION_KEYS = [NEW]
    assert decrypt(rotated) == "text"


@pytest.mark.parametrize("read", [decrypt, reencrypt])
def test_without_the_key_a_secret_stays_one(settings: Any, read: Any) -> None:
    settings.TOKEN_ENCRYPTION_KEYS = [OLD]
    secret = encrypt("text")
    settings.TOKEN_ENCRYPTION_KEYS = [OTHER]
    for unreadable in (secret, "", "nonsense", "é"):
        with pytest.raises(SecretUnreadableError):
            read(unreadable)
