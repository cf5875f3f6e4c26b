"""Descriptions of events: HTML that anybody may have sent, made safe to show. Pure."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

import nh3
from django.template.defaultfilters import linebreaksbr
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe

_TAGS: Final = {"a", "b", "strong", "i", "em", "u", "s", "br", "p", "div", "ul", "ol", "li", "span"}
_LINE_ENDS = re.compile(r"<br\s*/?>|</?(?:p|div|li|ul|ol)\b[^<>]*>", re.IGNORECASE)
_LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|&[a-z]{1,31};|&#[0-9]{1,7};")
_LEAD_OUT: Final = ("https://", "http://", "tel:", "mailto:")
_LONGEST: Final = 32_768
"""Four times what Google takes. To make sense of markup takes the square of its depth."""


def description(text: str) -> SafeString:
    """What Google Calendar lets people format, links that lead out safely, and nothing else.

    Text without any markup keeps its lines, and what looks like a link becomes one. Links into
    these pages are none: nobody but us says what is to be clicked here.
    """
    if len(text) > _LONGEST:
        return linebreaksbr(text)
    if not _LOOKS_LIKE_HTML.search(text):
        linked = urlize(text, nofollow=True, autoescape=True)
        return linebreaksbr(mark_safe(linked))  # noqa: S308 - urlize has just escaped it
    cleaned = nh3.clean(
        text.replace("\n", "<br>") if "<br" not in text and "<p" not in text else text,
        tags=_TAGS,
        clean_content_tags={"script", "style", "title", "textarea"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        attribute_filter=_only_outwards,
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(cleaned)  # noqa: S308 - nh3 has just made it safe


def plain_lines(text: str) -> str:
    """The words of a description alone, a line for each of its paragraphs and entries."""
    if len(text) <= _LONGEST:  # Django's ``strip_tags`` refuses what has many tags left open
        text = unescape(nh3.clean(_LINE_ENDS.sub("\n", text), tags=set()))
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _only_outwards(_: str, name: str, value: str) -> str | None:
    return value if name != "href" else safe_link(value.strip()) or None


def safe_link(address: object) -> str:
    """The address if a browser can be sent there, else nothing."""
    text = address if isinstance(address, str) else ""
    return text if text.lower().startswith(_LEAD_OUT) else ""
