"""A column for a Google resource as JSON text, compressed with a dictionary all rows share.

Google's events repeat the same keys and addresses, so a dictionary saves more than half of the
bytes and reading stays cheap. The first byte names the codec, so that rows stay readable when a
better dictionary is added. ``resource.zdict`` was trained by ``tests/benchmarks/dictionary.py``.
"""

from __future__ import annotations

import binascii
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import zstandard
from django.db import models

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    _Base = models.BinaryField[Any, Any]  # str, or None where the column may be null
else:
    _Base = models.BinaryField

_ZSTD: Final = 1
_LEVEL: Final = 3
"""The next one takes twice as long for a thirtieth less."""
_MAGIC: Final = b"\x28\xb5\x2f\xfd"
"""Begins every frame of zstd, so it need not be stored."""
_DICTIONARY: Final = zstandard.ZstdCompressionDict(
    Path(__file__).with_name("resource.zdict").read_bytes()
)
_LINK: Final = b'"htmlLink":"https://www.google.com/calendar/event?eid='
_FOR_URL: Final = bytes.maketrans(b"+/", b"-_")
_FROM_URL: Final = bytes.maketrans(b"-_", b"+/")
_SPELLED: Final = b"\x01"
"""Stands where base64 was spelled out. JSON has no such character, so no text can hold it."""


class _Codec(threading.local):
    """zstd for one thread: it lets other threads run while it works, and is not safe for two."""

    def __init__(self) -> None:
        self.compress = zstandard.ZstdCompressor(
            level=_LEVEL, dict_data=_DICTIONARY, write_checksum=False, write_dict_id=False
        ).compress
        self.decompress = zstandard.ZstdDecompressor(dict_data=_DICTIONARY).decompress


_codec: Final = _Codec()


def pack(text: str) -> bytes:
    """The stored form of a JSON text."""
    return bytes([_ZSTD]) + _codec.compress(spelled_out(text.encode()))[len(_MAGIC) :]


def unpack(stored: bytes | memoryview) -> str:
    """The JSON text of a stored form. Raises ValueError for a codec of another release."""
    if stored[0] != _ZSTD:
        raise ValueError(f"Codec {stored[0]} of a stored event is unknown to this release.")
    return _spelled_as_before(_codec.decompress(b"".join((_MAGIC, stored[1:])))).decode()


def spelled_out(text: bytes) -> bytes:
    """The text with what the link to Google's own page says in base64 spelled out.

    That is the event's id and the calendar's address, which stand in the text anyway; as base64
    they take an eighth of the stored form.
    """
    before, link, rest = text.partition(_LINK)
    if not link:
        return text
    eid, quote, after = rest.partition(b'"')
    try:
        said = binascii.a2b_base64(eid.translate(_FROM_URL) + b"==")
    except binascii.Error:
        return text
    if _SPELLED in said or _as_eid(said) != eid:
        return text
    return b"".join((before, link, _SPELLED, said, _SPELLED, quote, after))


def _spelled_as_before(text: bytes) -> bytes:
    before, mark, rest = text.partition(_SPELLED)
    if not mark:
        return text
    said, _, after = rest.partition(_SPELLED)
    return b"".join((before, _as_eid(said), after))


def _as_eid(said: bytes) -> bytes:
    return binascii.b2a_base64(said, newline=False).rstrip(b"=").translate(_FOR_URL)


class ResourceField(_Base):
    """JSON text in Python, compressed bytes in the database."""

    def from_db_value(self, value: bytes | memoryview | None, *_: object) -> str | None:
        return None if value is None else unpack(value)

    def to_python(self, value: Any) -> Any:
        return value

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        packed = pack(value) if isinstance(value, str) else value
        return super().get_db_prep_value(packed, connection, prepared)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))
