"""Text inside XML: markup is escaped, and characters that XML cannot hold are left out."""

from __future__ import annotations

import html
import re

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escaped(text: str) -> str:
    """The text as content or attribute value of an XML element."""
    return html.escape(_FORBIDDEN.sub("", text), quote=True)
