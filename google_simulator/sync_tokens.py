"""Opaque sync tokens: where a client stands in a change log, and for which question.

google-calendar-api.md sections 5.1, 5.4 and 11.1.
"""

from __future__ import annotations

import hashlib
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from google_simulator.errors import ApiError, full_sync_required

if TYPE_CHECKING:
    from google_simulator.world import World

_SALT = b"sync"


@dataclass(frozen=True)
class Position:
    """What a token says: the change log's place and epoch, and who asked what."""

    seq: int
    epoch: int
    issued: int
    """Epoch seconds."""
    question: str
    """Fingerprint of collection, person and parameters."""


def fingerprint(*parts: object) -> str:
    """A short digest of a question."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()


def encode(position: Position) -> str:
    """A token that tells a client nothing; it ends in `=`, as Google's do."""
    text = f"{position.issued} {position.epoch} {position.seq} {position.question}".encode()
    payload = b"%08x " % zlib.crc32(_SALT + text) + text
    return "C" + urlsafe_b64encode(payload + b" " * (1 + -len(payload) % 3)).decode()


def decode(token: str) -> Position:
    """The position in a token; 400 (not 410) if it is not one of ours (trap 5)."""
    try:
        payload = urlsafe_b64decode(token.removeprefix("C").encode()).rstrip()
        checksum, _, text = payload.partition(b" ")
        if int(checksum, 16) != zlib.crc32(_SALT + text):
            raise ValueError
        issued, epoch, seq, question = text.decode().split(" ")
        return Position(int(seq), int(epoch), int(issued), question)
    except ValueError:
        raise malformed() from None


def malformed() -> ApiError:
    """400: no such token, or one for another question."""
    return ApiError(400, "invalid", "Invalid sync token value.", "syncToken")


def redeem(world: World, token: str, *, epoch: int, question: str) -> int:
    """The place in the log from which a token's holder must catch up.

    400 for a token of another person, collection or parameter set (undefined at Google, a mistake
    here); 410 once it has expired by age or was invalidated.
    """
    position = decode(token)
    if position.question != question:
        raise malformed()
    age = world.now() - position.issued
    if position.epoch != epoch or age > world.options.sync_token_days * 86400:
        raise full_sync_required()
    return position.seq


def issue(world: World, *, seq: int, epoch: int, question: str) -> str:
    """A token for the present."""
    return encode(Position(seq, epoch, int(world.now()), question))
