"""HTML that the writer put into the text: what of it may pass, tag by tag.

Tags are judged one at a time because Markdown hands them over so: ``<sub>`` and ``</sub>`` are two pieces. Whole pages
are sanitized once more when they are written.
"""

from __future__ import annotations

import html
import re

from newsletter_bot.markup import links

TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
"""Tags that pass; of others the content stays as text."""
HIDDEN = frozenset(
    [
        "applet",
        "audio",
        "button",
        "canvas",
        "embed",
        "form",
        "frameset",
        "head",
        "iframe",
        "input",
        "math",
        "noembed",
        "noframes",
        "noscript",
        "object",
        "option",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "video",
        "xml",
        "xmp",
    ]
)
"""Tags that go with everything in them."""
ATTRIBUTES = frozenset(
    [
        "align",
        "alt",
        "cite",
        "colspan",
        "datetime",
        "dir",
        "height",
        "href",
        "id",
        "lang",
        "name",
        "open",
        "reversed",
        "rowspan",
        "scope",
        "src",
        "start",
        "title",
        "valign",
        "value",
        "width",
    ]
)
_SWITCHES = frozenset({"open", "reversed"})
_ADDRESSES = frozenset({"href", "src", "cite"})
_NAME = re.compile(r"(?!fn)[A-Za-z][\w.:-]*\Z")
_ATTRIBUTE_TEXT = r"""((?:[^<>"']++|"[^"]{0,8000}+"|'[^']{0,8000}+'){0,400}+)"""
TAG = re.compile(rf"<(/?)([A-Za-z][A-Za-z0-9-]*+){_ATTRIBUTE_TEXT}>")
_ATTRIBUTE = re.compile(r"""([A-Za-z][\w:-]*+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
_OTHER = re.compile(
    r"<(?:\?.*?(?:\?>|\Z)|!\[CDATA\[.*?(?:\]\]>|\Z)|!--.*?(?:-->|\Z)|![A-Za-z][^>]*(?:>|\Z))", re.DOTALL
)
_CONTENT = re.compile(rf"<({'|'.join(sorted(HIDDEN))})\b(?:[^>]*/>|.*?(?:</\1\s*>|\Z))", re.DOTALL | re.IGNORECASE)


VOID = frozenset({"br", "col", "hr", "img", "wbr"})
_SELF_CLOSING = frozenset({"colgroup", "dd", "dt", "li", "p", "rp", "rt", "tbody", "td", "tfoot", "th", "thead", "tr"})
DEPTH = 32
"""Tags that may be open at one time."""


class Balance:
    """Keeps raw tags in pairs: what is never opened is not closed, and the other way round."""

    __slots__ = ("_open",)

    def __init__(self) -> None:
        self._open: list[str] = []

    def inline(self, markup: str) -> str:
        """A raw inline tag, cleaned, if it fits to those before it."""
        match = TAG.fullmatch(clean(markup))
        if match is None:
            return ""
        name = match[2]
        if name in VOID:
            return match[0]
        if not match[1]:
            if len(self._open) == DEPTH:
                return ""
            self._open.append(name)
            return match[0]
        return self._closed(name) if name in self._open else ""

    def _closed(self, name: str) -> str:
        closed = ""
        while not closed.endswith(f"</{name}>"):
            closed += f"</{self._open.pop()}>"
        return closed

    def rest(self) -> str:
        """The end tags of everything that is still open."""
        closed = "".join(f"</{name}>" for name in reversed(self._open))
        self._open.clear()
        return closed

    def block(self, markup: str) -> str:
        """A raw block, cleaned; it may leave tags open for a later one to close."""
        return TAG.sub(self._block_tag, clean(markup))

    def _block_tag(self, match: re.Match[str]) -> str:
        name = match[2]
        if name in VOID or name in _SELF_CLOSING:
            return match[0]
        if match[1]:
            if name not in self._open:
                return ""
            while self._open.pop() != name:
                pass
            return match[0]
        if len(self._open) == DEPTH:
            return ""
        self._open.append(name)
        return match[0]


def clean(markup: str) -> str:
    """The same HTML without anything that acts, loads or styles; text and harmless tags stay as they stand."""
    markup = _CONTENT.sub("", _OTHER.sub("", markup))
    parts: list[str] = []
    position = 0
    for match in TAG.finditer(markup):
        parts += [_literal(markup[position : match.start()]), _tag(match)]
        position = match.end()
    parts.append(_literal(markup[position:]))
    return "".join(parts)


def _literal(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _tag(match: re.Match[str]) -> str:
    name = match[2].lower()
    if name not in TAGS:
        return ""
    if match[1]:
        return f"</{name}>"
    kept = "".join(f' {key}="{html.escape(value)}"' for key, value in attributes(match[3], name).items())
    return f"<{name}{kept}>"


def attributes(text: str, tag: str = "") -> dict[str, str]:
    """The harmless attributes of a tag with their plain values."""
    kept: dict[str, str] = {}
    for key, *values in _ATTRIBUTE.findall(text):
        name = key.lower()
        value = html.unescape("".join(values))
        if name in ATTRIBUTES and name not in kept and (checked := _checked(name, value, tag)) is not None:
            kept[name] = checked
    return kept


def _checked(name: str, value: str, tag: str) -> str | None:
    if name in _SWITCHES:
        return ""
    if name in ("id", "name"):
        return value if _NAME.match(value) else None
    if name in _ADDRESSES:
        value = value.strip()
        active = links.active_scheme(value, picture=tag == "img" and name == "src")
        return None if active else links.encoded(value)
    return value
