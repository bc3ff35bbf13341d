"""What would act, or dress, in HTML of the writer's own: none of it passes in any format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from newsletter_bot.markup.links import active_scheme

_ATTRIBUTE = re.compile(r"""([A-Za-z][\w:-]*+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))""")
_ADDRESSES = frozenset({"action", "background", "cite", "data", "formaction", "href", "poster", "src", "xlink:href"})


def acting(tag: re.Match[str]) -> Iterator[tuple[str, str]]:
    """The names of attributes of a tag (a match of ``raw.TAG``) that do not pass, and the scheme of an address that would act."""
    element = tag[2].lower()
    for key, *values in _ATTRIBUTE.findall(tag[3]):
        name = key.lower()
        if name.startswith("on") or name == "style":
            yield name, ""
        elif name in _ADDRESSES:
            value = unescape("".join(values)).strip()
            if scheme := active_scheme(value, picture=(element, name) == ("img", "src")):
                yield name, scheme
