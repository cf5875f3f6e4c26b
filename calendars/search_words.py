"""The words of an event and of a question, in the form in which they are compared. Pure.

Both databases compare exact words and their beginnings and nothing else: letters, accents and
umlauts are settled here, once, so that they find the same. A word with an umlaut goes in twice,
as "muller" and as "mueller", and one that spells an umlaut out also without the e.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TITLE_MARK: Final = "_"
"""Before a word of the title, which goes in a second time: such a hit weighs more."""

_WORD: Final = re.compile(r"[^\W_]+")
_LONGEST_WORD: Final = 40
"""What is longer is a key or an address; its beginning is enough."""
_LONGEST_TEXT: Final = {"summary": 4_096, "location": 4_096, "description": 16_384}
_LONGEST_NAME: Final = 512
_MOST_WORDS: Final = 20_000
"""Far more than Google lets an event hold. PostgreSQL has no room in a row for words without end,
and one event must not keep its whole calendar from being stored."""
_INLINE_TAG: Final = re.compile(
    r"</?(?:a|b|code|em|font|i|mark|s|small|span|strong|sub|sup|u|wbr)(?:\s[^<>]*)?>", re.IGNORECASE
)
_TAG: Final = re.compile(r"<[A-Za-z/!][^<>]*>")
_NO_WORDS: Final = {code: " " for code in range(128) if not chr(code).isalnum()}
_FIRST_MARK: Final = "\u0300"
_SPELLED_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_WITHOUT_MARKS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i", "æ": "ae", "œ": "oe"}
)
_UMLAUT: Final = re.compile(r"(?<![aeoqu])([aou])e(?=.)")
"""An umlaut spelled out: not the u of "queue" or "Bauer", and not the end of "due" or "Joe"."""


class Wanted(NamedTuple):
    """One word of a question: an event holds it that has a word which begins with ``beginning``,
    or exactly ``whole`` where that is not empty.
    """

    beginning: str
    whole: str


def words_of(resource: Mapping[str, Any]) -> str:
    """The distinct words of title, place, description and guests, in order, with a space between.

    Descriptions are stripped of HTML. The owner of the copy is not named: that would be everywhere.
    """
    summary, location, description = (
        _text(resource, name)[:longest] for name, longest in _LONGEST_TEXT.items()
    )
    title = _all_forms(summary)
    rest = f"{location} {without_html(description)}"
    found = title.union(_all_forms(rest), [TITLE_MARK + word for word in title])
    for person in _people(resource):
        if len(found) > _MOST_WORDS:
            break
        name, email = (_text(person, each)[:_LONGEST_NAME] for each in ("displayName", "email"))
        found |= _forms_of_person(name, email)
    return " ".join(sorted(found))


def wanted_words(question: str) -> list[Wanted]:
    """The words of a question, each once, in order. Quotes, operators and dots are no words."""
    return list(dict.fromkeys(map(_wanted, _raw_words(question))))


def holds(words: str, wanted: Sequence[Wanted], *, mark: str = "") -> bool:
    """Whether an event with these ``words_of`` has every word wanted; with TITLE_MARK, its title.

    The same that the databases decide by their indexes.
    """
    own = f" {words} "
    return all(
        f" {mark}{each.beginning}" in own or (each.whole and f" {mark}{each.whole} " in own)
        for each in wanted
    )


def without_html(text: str) -> str:
    """What a reader sees of a text that may hold HTML. Bold does not part a word, a line does."""
    if "<" in text:
        text = _TAG.sub(" ", _INLINE_TAG.sub("", text))
    return html.unescape(text) if "&" in text else text


def _people(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    guests = resource.get("attendees")
    everybody = [resource.get("organizer"), *(guests if isinstance(guests, list) else ())]
    for person in everybody:
        if isinstance(person, dict) and not person.get("self"):
            yield person


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""


def _raw_words(text: str) -> list[str]:
    if text.isascii():
        return text.lower().translate(_NO_WORDS).split()
    return _WORD.findall(_composed(text))


def _composed(text: str) -> str:
    """In lower case, with umlauts as letters; marks that stay apart would part the word."""
    lower = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    if max(lower) < _FIRST_MARK:
        return lower
    return "".join(each for each in lower if not unicodedata.category(each).startswith("M"))


def _all_forms(text: str) -> set[str]:
    return set().union(*map(_forms, _raw_words(text)))


@lru_cache(maxsize=4_096)
def _forms_of_person(name: str, address: str) -> frozenset[str]:
    """Remembered too: the same people meet again and again."""
    return frozenset(_all_forms(f"{name} {address}"))


@lru_cache(maxsize=16_384)
def _forms(word: str) -> tuple[str, ...]:
    """All forms under which a word is found. Remembered: a calendar repeats its words."""
    word = word[:_LONGEST_WORD]
    if word.isascii():
        return tuple({word, _UMLAUT.sub(r"\1", word)})
    return tuple({_plain(word), _plain(word.translate(_SPELLED_OUT))} - {""})


def _wanted(word: str) -> Wanted:
    word = word[:_LONGEST_WORD]
    plain = _plain(word) or word
    shorter = _UMLAUT.sub(r"\1", word) if word.isascii() else plain
    return Wanted(plain, "" if shorter == plain else shorter)


def _plain(word: str) -> str:
    """Letters and digits without accents and other decoration."""
    if word.isascii():
        return word
    parted = unicodedata.normalize("NFKD", word.translate(_WITHOUT_MARKS)).casefold()
    return "".join(filter(str.isalnum, parted))[:_LONGEST_WORD]
