# ruff: noqa: RUF001 - these marks are what the module is about
"""Addresses that a writer typed without any markup: where they begin and where they end.

The rules are those of the autolink extension of GitHub Flavored Markdown; beyond them, an address ends before
full-width punctuation and closing typographic quotes, and ``@name@server`` is no mail address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_STOP = r"\s<>|“”«»„‘’「」『』（）【】《》，。、；：！？"
ADDRESS = re.compile(
    rf"(?<![A-Za-z])(?:https?|ftp)://[^{_STOP}]+|(?<![^\s*_~(\[“„«‘‚])www\.[^{_STOP}]+"
    r"|(?<![\w.+/@-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    re.IGNORECASE | re.ASCII,
)
_SCHEME = re.compile(r"://")
_AT = re.compile(r"@")
_IN_MARKUP = ("](", "<", '"', "'", "=", "]: ")
_DOMAIN = re.compile(r"[^/?#\s:]+")
_TRAILING = "?!.,:*_~'\""
_PAIRS = {")": "(", "]": "["}


def may_link(text: str) -> bool:
    """Whether a whole Markdown text may hold a bare address; False is sure, most links within markup are not counted."""
    if "www." in text or "WWW." in text:
        return True
    if "@" in text and any(
        text[at.start() - 1 : at.start()].strip() and text[at.end() : at.end() + 1].strip() for at in _AT.finditer(text)
    ):
        return True
    if text.count("://") == text.count("](https://") + text.count("](http://"):
        return False
    return any(not _within_markup(text, scheme.start()) for scheme in _SCHEME.finditer(text))


def _within_markup(text: str, colon: int) -> bool:
    before = text[max(0, colon - 8) : colon].rstrip("htpsfHTPSF")
    return before.endswith(_IN_MARKUP)


def may_hold(words: str) -> bool:
    """Whether plain characters may hold a bare address; False is sure."""
    return "://" in words or "@" in words or "www." in words or "WWW." in words


class Found(NamedTuple):
    """An address in a text: its place and where it leads."""

    start: int
    end: int
    href: str


def trimmed(address: str) -> str:
    """The address without the punctuation of the sentence around it, and without a footnote's mark."""
    address = address.partition("[^")[0]
    end = len(address)
    surplus = {last: address.count(last) - address.count(first) for last, first in _PAIRS.items()}
    while end:
        last = address[end - 1]
        if last == ";":
            start = address.rfind("&", 0, end)
            if start < 0 or not address[start + 1 : end - 1].isalnum():
                break
            end = start
        elif last in _TRAILING or surplus.get(last, 0) > 0:
            surplus[last] = surplus.get(last, 0) - 1
            end -= 1
        else:
            break
    return address[:end]


def _valid_domain(rest: str, *, short: bool) -> bool:
    """Whether what follows the scheme begins with a domain; ``short`` ones need no dot."""
    match = _DOMAIN.match(rest)
    if match is None:
        return False
    parts = match[0].rpartition("@")[2].split(".")
    return (short or len(parts) > 1) and not any("_" in part for part in parts[-2:]) and bool(parts[0])


def href_of(address: str) -> str | None:
    """Where a trimmed bare address leads, or None when it is none after all."""
    lowered = address[:8].lower()
    if lowered.startswith("www."):
        return f"http://{address}" if _valid_domain(address, short=False) and len(address) > 4 else None
    if "://" in lowered:
        return address if _valid_domain(address.partition("://")[2], short=True) else None
    return f"mailto:{address}" if address[-1] not in "-_" and "@" in address else None


def find(text: str, start: int, end: int) -> Iterator[Found]:
    """The bare addresses of a part of a text in order."""
    for match in ADDRESS.finditer(text, start, end):
        address = trimmed(match[0])
        if address and (href := href_of(address)):
            yield Found(match.start(), match.start() + len(address), href)
