"""Addresses: how they are encoded, which are harmless, and which show as players or cards."""

from __future__ import annotations

import re
from urllib.parse import quote

_UNUSUAL = re.compile(r"[^A-Za-z0-9;/?:@&=+$,\-_.!~*'()#%]|%(?![0-9A-Fa-f]{2})")
_ACTIVE = re.compile(r"(javascript|vbscript|livescript|data|file|blob|about):", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x20\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")
_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|svg\+xml|avif)[;,]", re.IGNORECASE)

_EMBEDS = (
    (
        "youtube",
        re.compile(
            r"https?://(?:(?:www|m|music)\.)?(?:youtube(?:-nocookie)?\.com/"
            r"(?:watch/?\?(?:[^#\s]*&)?v=|shorts/|live/|embed/)|youtu\.be/)([\w-]{11})(?:[?&#/]\S*)?",
            re.IGNORECASE,
        ),
    ),
    (
        "vimeo",
        re.compile(
            r"https?://(?:www\.|player\.)?vimeo\.com/(?:channels/[\w-]+/|video/|groups/[\w-]+/videos/)?(\d+)(?:[?#/]\S*)?",
            re.IGNORECASE,
        ),
    ),
    (
        "tweet",
        re.compile(
            r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/\w{1,20}/status(?:es)?/(\d+)(?:[?#/]\S*)?", re.IGNORECASE
        ),
    ),
    ("gist", re.compile(r"https?://gist\.github\.com/[\w-]+/([0-9a-f]{6,40})/?(?:[?#]\S*)?", re.IGNORECASE)),
)
_EMBED_HOSTS = ("youtu", "vimeo.com", "twitter.com", "x.com/", "gist.github.com")


def may_embed(text: str) -> bool:
    """Whether a text may hold the address of an embed; False is sure."""
    lowered = text.lower()
    return any(host in lowered for host in _EMBED_HOSTS)


def encoded(url: str) -> str:
    """The address with everything percent-encoded that may not stand in one; what is encoded already stays."""
    return _UNUSUAL.sub(lambda match: quote(match[0], safe="", errors="replace"), url)


def active_scheme(url: str, *, picture: bool = False) -> str | None:
    """The scheme by which an address could act in a reader's page, as browsers see it, or None when it is harmless."""
    match = _ACTIVE.match(url) or _ACTIVE.match(_INVISIBLE.sub("", url[:200]))
    if match is None or (picture and _PICTURE.match(url)):
        return None
    return match[1].lower()


def safe_href(url: str) -> str | None:
    """The encoded address for a link, or None when it could act (``javascript:`` and the like)."""
    return None if active_scheme(url) else encoded(url)


def embed_of(url: str) -> tuple[str, str] | None:
    """Kind and id when the address is that of a video, a tweet or a gist."""
    for kind, pattern in _EMBEDS:
        if match := pattern.fullmatch(url):
            return kind, match[1]
    return None
