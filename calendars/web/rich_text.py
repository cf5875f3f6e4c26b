"""Descriptions of events: HTML that anybody may have sent, made safe to show. Pure."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

import nh3
from django.template.defaultfilters import linebreaksbr
from django.utils.html import strip_tags, urlize
from django.utils.safestring import SafeString, mark_safe

_TAGS: Final = {"a", "b", "strong", "i", "em", "u", "s", "br", "p", "div", "ul", "ol", "li", "span"}
_LINE_ENDS = re.compile(r"<br\s*/?>|</?(?:p|div|li|ul|ol)\b[^>]*>", re.IGNORECASE)
_LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z][^>]*>|&[a-z]+;|&#[0-9]+;")


def description(text: str) -> SafeString:
    """What Google Calendar lets people format, links that lead out safely, and nothing else.

    Text without any markup keeps its lines, and what looks like a link becomes one.
    """
    if not _LOOKS_LIKE_HTML.search(text):
        linked = urlize(text, nofollow=True, autoescape=True)
        return linebreaksbr(mark_safe(linked))  # noqa: S308 - urlize has just escaped it
    cleaned = nh3.clean(
        text.replace("\n", "<br>") if "<br" not in text and "<p" not in text else text,
        tags=_TAGS,
        clean_content_tags={"script", "style", "title", "textarea"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(cleaned)  # noqa: S308 - nh3 has just made it safe


def plain_lines(text: str) -> str:
    """The words of a description alone, a line for each of its paragraphs and entries."""
    lines = strip_tags(_LINE_ENDS.sub("\n", text)).splitlines()
    return "\n".join(unescape(line).strip() for line in lines if line.strip())


def safe_link(address: object) -> str:
    """The address if a browser can be sent there, else nothing."""
    text = address if isinstance(address, str) else ""
    return text if text.startswith(("https://", "http://", "tel:", "mailto:")) else ""
