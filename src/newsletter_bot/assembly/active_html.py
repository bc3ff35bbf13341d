"""What would act in HTML of the writer's own: it is taken out wherever the text goes, and named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from newsletter_bot.markup.links import active_scheme
from newsletter_bot.markup.raw import TAG

_ATTRIBUTE = re.compile(r"""([A-Za-z][\w:-]*+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))""")
_ADDRESSES = frozenset({"action", "cite", "data", "formaction", "href", "poster", "src", "xlink:href"})


def active_parts(html: str) -> Iterator[str]:
    """The handlers and addresses in its tags that would run something, in words."""
    for tag in TAG.finditer(html):
        for key, *values in _ATTRIBUTE.findall(tag[3]):
            name, picture = key.lower(), tag[2].lower() == "img" and key.lower() == "src"
            if name.startswith("on"):
                yield f"the handler {name}"
            elif name in _ADDRESSES and (scheme := active_scheme(unescape("".join(values)), picture=picture)):
                yield f"the {scheme}: address"
