"""Text that others wrote, made plain: no markup, nothing active, nothing invisible, of bounded length."""

from __future__ import annotations

import html
import re

LENGTH = 2000
_BLOCK = re.compile(r"<(?:/?(?:p|div|li|ul|ol|h[1-6]|tr|blockquote|pre)\b|br\b)", re.IGNORECASE)
_INVISIBLE = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff\\ufff9-\\ufffb\\ud800-\\udfff]"
)


def plain_line(text: str, *, length: int = LENGTH) -> str:
    """Text that is plain already, on one line, without invisible characters."""
    line = " ".join(_INVISIBLE.sub("", text[: length * 4]).split())
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0] + "…"


def plain_text(source: str, *, length: int = LENGTH) -> str:
    """What a reader would read of a piece of HTML, on one line: tags, scripts and comments go, entities become letters."""
    import nh3

    source = source[: length * 40]
    if "<" in source:
        source = nh3.clean(_BLOCK.sub(r" \g<0>", source), tags=set(), strip_comments=True)
    return plain_line(html.unescape(source), length=length)
