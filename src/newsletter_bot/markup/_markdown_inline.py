"""Inline nodes as Markdown that is read back as the same nodes: escapes, delimiters, fences of code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import ClassVar

from newsletter_bot.document import (
    Code,
    Emphasis,
    FootnoteReference,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    RawInline,
    SoftBreak,
    Strikethrough,
    Strong,
    Text,
)
from newsletter_bot.markup import raw
from newsletter_bot.markup._markdown_notes import REFERENCE
from newsletter_bot.markup._writer import Voice, Writer

_SPECIAL = re.compile(
    r"""[\\`*\[\]<~$|"'^_&.:@!-]"""  # alone at the front, so that the search for it is fast
    r"""(?:(?<=[\\`*\[\]<~$|"'^])|(?<=_)(?:(?<![^\W_]_)|(?![^\W_]))|(?<=&)(?=\#?\w{1,40};)"""
    r"""|(?<=-)(?:(?=-)|(?<=--))|(?<=\.)(?:(?=\.)|(?<=\.\.)|(?<=www\.)|(?<=WWW\.))|(?<=:)(?=//)|(?<=[\w.+-]@)(?=\w)|(?<=!)\Z)""",
)
_MARK = re.compile(r"""[\\`*_\[\]<~$|"'^&@:!{\n\r]""")
_LINE_START = re.compile(r"[#>+=:-]|(\d{1,9})([.)])(?=[ \t]|\Z)")
_STARTERS = frozenset("#>+=:- \t0123456789")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*")
_END_RAW = re.compile(r"\{%(-?\s*endraw\b)")
_TICKS = re.compile(r"`+")
_LIQUID = re.compile(r"\{(?=[{%]|\Z)")
_ENTITY = re.compile(r"&(?=#?\w{1,40};)")
_MAIL = re.compile(r"[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
SEPARATOR = "<!-- -->"
"""Keeps delimiters apart that would run together; it shows nowhere."""


_BREAKS = (SoftBreak, LineBreak)
_DELIMITED = (Emphasis, Strong, Strikethrough)
_TAGS = {Emphasis: "em", Strong: "strong", Strikethrough: "del"}


def reference(character: str) -> str:
    """A character that would mean something, or be lost, written as its number."""
    return f"&#{ord(character)};"


def _swallows(node: Inline, following: Inline) -> bool:
    """Whether a node would be read together with the beginning of the next one."""
    first = following.text[:1] if isinstance(following, Text) else ""
    if isinstance(node, Math):
        return first.isdigit()
    return isinstance(node, FootnoteReference) and (isinstance(following, Link) or first in ("(", ":"))


def _kept_at_end(text: str) -> str:
    """White space at the end of a line, where it would be lost, as a reference."""
    return text[:-1] + reference(text[-1]) if text and text[-1] in " \t" else text


def _line_start(text: str) -> tuple[str, str]:
    """Characters that would begin a block or be lost at the start of a line, escaped, and the rest."""
    if text[:1] in (" ", "\t"):
        return reference(text[0]), text[1:]
    if start := _LINE_START.match(text):
        return (f"{start[1]}\\{start[2]}" if start[1] else f"\\{start[0]}"), text[start.end() :]
    return "", text


def _punctuation(character: str) -> bool:
    """Whether a character may count as punctuation for delimiters beside it; a reference will begin with a bracket."""
    return not character.isalnum() and (character == REFERENCE[0] or unicodedata.category(character)[0] in "PS")


def _solid(character: str) -> bool:
    """Whether a character is neither white space nor punctuation."""
    return not character.isspace() and not _punctuation(character)


class InlineWriter(Writer):
    """Writes the inline nodes of one paragraph, heading or cell at a time."""

    _DELIMITERS: ClassVar[Mapping[type[Inline], tuple[str, ...]]] = {
        Emphasis: ("*", "_"),
        Strong: ("**", "__"),
        Strikethrough: ("~~",),
    }

    def __init__(self, voice: Voice) -> None:
        self._says = voice.says
        self._one_line = False

    def lines(self, nodes: tuple[Inline, ...]) -> str:
        """Inline nodes of a paragraph, which may take several lines."""
        if len(nodes) == 1 and isinstance(only := nodes[0], Text):
            return _kept_at_end(self._escaped(only.text, "\n"))
        return _kept_at_end(self._joined(nodes, "\n"))

    def one_line(self, nodes: tuple[Inline, ...]) -> str:
        """Inline nodes where only one line fits: breaks become spaces or a tag."""
        self._one_line = True
        written = _kept_at_end(self._joined(nodes, "\n"))
        self._one_line = False
        return written

    def cell(self, nodes: tuple[Inline, ...]) -> str:
        """Inline nodes of a table cell: every bar in it is escaped, in code too."""
        return re.sub(r"(?<!\\)\|", r"\\|", self.one_line(nodes))

    # --- delimiters -------------------------------------------------------------------------------------------

    def _joined(self, nodes: Iterable[Inline], before: str) -> str:
        """Nodes in order after ``before``: a line end, or the delimiter of the node that holds them."""
        out = before
        children = tuple(nodes)
        for index, node in enumerate(children, 1):
            if isinstance(node, Text):
                out += self._escaped(node.text, out[-1])
            elif isinstance(node, _BREAKS):
                if out[-1] != "\n":
                    out = _kept_at_end(out) + self.inline[node.__class__](self, node)
            elif isinstance(node, _DELIMITED):
                after = self._first_of(children[index]) if index < len(children) else before
                out += self._delimited(node, out, before, after)
            else:
                out += self.inline[node.__class__](self, node)
                if index < len(children) and _swallows(node, children[index]):
                    out += SEPARATOR
        return out[len(before) :]

    def _first_of(self, node: Inline) -> str:
        """The first character that a node writes, or a mark of punctuation."""
        if isinstance(node, Text):
            return node.text[:1] or " "
        return " " if isinstance(node, SoftBreak | LineBreak) else "\\"

    def _delimited(self, node: Emphasis | Strong | Strikethrough, out: str, parent: str, after: str) -> str:
        choices = self._DELIMITERS[node.__class__]
        first = choices[0]
        if parent == first == "~~":
            return self._joined(node.children, parent)
        if first[0] not in (parent[0], "~") and not self._clashes(first, out, after):
            return self._apart(self._joined(node.children, first), first, out, after)  # as nearly always
        wordless = not out[-1].isalnum() and not after[:1].isalnum()
        usable = [choice for choice in choices if wordless or choice[0] != "_"]
        free = [choice for choice in usable if not self._clashes(choice, out, after)]
        chosen = min(free or usable, key=lambda choice: choice[0] == parent[0])
        if chosen == parent or (chosen == "~~" and not self._says("strikethrough")):
            tag = _TAGS[node.__class__]
            return f"<{tag}>{self._joined(node.children, '>')}</{tag}>"
        return self._apart(self._joined(node.children, chosen), chosen, out, after)

    def _clashes(self, delimiter: str, out: str, after: str) -> bool:
        """Whether the delimiter would run together with one before or behind it."""
        if after[:1] == delimiter[0] != "\\":
            return True
        if out[-1] != delimiter[0]:
            return False
        stem = out.rstrip(delimiter[0])
        return len(out) - len(stem) > (len(stem) - len(stem.rstrip("\\"))) % 2

    def _apart(self, content: str, delimiter: str, out: str, after: str) -> str:
        """Delimiters around content, kept apart from what would take their meaning."""
        if not content:
            return ""
        if content[0].isalnum() and content[-1].isalnum() and delimiter[0] not in (out[-1], after[:1]):
            return f"{delimiter}{content}{delimiter}"  # as nearly always
        if content[0].isspace():
            content = reference(content[0]) + content[1:]
        if content[-1].isspace():
            content = content[:-1] + reference(content[-1])
        ran = self._clashes(delimiter, out, "")
        opened = ran or (_punctuation(content[0]) and _solid(out[-1]))
        closed = after[:1] == delimiter[0] or (_punctuation(content[-1]) and bool(after) and _solid(after[0]))
        return f"{SEPARATOR if opened else ''}{delimiter}{content}{delimiter}{SEPARATOR if closed else ''}"

    # --- text -------------------------------------------------------------------------------------------------

    def _escaped(self, text: str, before: str) -> str:
        """Characters that stand for themselves, after the character before them."""
        head = ""
        if before == "\n" and text[:1] in _STARTERS:
            head, text = _line_start(text)
        if _MARK.search(text) or "--" in text or ".." in text or "www." in text or "WWW." in text:
            text = _SPECIAL.sub(lambda match: f"\\{match[0]}", text).replace("\n", "&#10;").replace("\r", "&#13;")
            text = self.defused(text)
        return head + text

    def _soft_break(self, _: SoftBreak) -> str:
        return " " if self._one_line else "\n"

    def _line_break(self, _: LineBreak) -> str:
        return "<br>" if self._one_line else "  \n"

    def _code(self, node: Code) -> str:
        text = node.text.replace("\n", " ")
        if not text:
            return ""
        longest = max(map(len, _TICKS.findall(text))) if "`" in text else 0
        fence = "`" * (longest + 1)
        padded = text[0] == "`" or text[-1] == "`" or (text[0] == text[-1] == " " and text.strip(" "))
        code = f"{fence} {text} {fence}" if padded else fence + text + fence
        return self.shielded(code)

    def shielded(self, code: str, around: str = "") -> str:
        """Code whose Liquid is shown, not run."""
        if ("{{" not in code and "{%" not in code) or not self._says("liquid"):
            return code
        code = _END_RAW.sub(r'{% endraw %}{{ "{%" }}{% raw %}\1', code)
        return f"{{% raw %}}{around}{code}{around}{{% endraw %}}"

    def _math(self, node: Math) -> str:
        maths = self._says("maths")
        if maths == "dollar":
            return f"${without_tags(node.tex)}$".replace("\n", " ")
        if maths == "katex":
            return f"{{% katex inline %}}{apart(node.tex)}{{% endkatex %}}"
        return self._code(Code(node.tex))

    def _reference(self, node: FootnoteReference) -> str:
        return f"{REFERENCE}{node.number}]"

    def _raw(self, node: RawInline) -> str:
        return self.defused(raw.clean(node.html))

    def defused(self, text: str) -> str:
        """Titles, addresses and HTML without commands."""
        return _LIQUID.sub("&#123;", text) if "{" in text and self._says("liquid") else text

    # --- links ------------------------------------------------------------------------------------------------

    def _link(self, node: Link) -> str:
        words = node.children[0] if len(node.children) == 1 else None
        if isinstance(words, Text) and not node.title and not self._one_line:
            if words.text == node.href and _URL.fullmatch(node.href):
                return f"<{node.href}>"
            if f"mailto:{words.text}" == node.href and _MAIL.fullmatch(words.text):
                return f"<{words.text}>"
        return f"[{self._joined(node.children, '[')}]({self._target(node.href, node.title)})"

    def _image(self, node: Image) -> str:
        return self.picture(node.src, node.alt, node.title)

    def picture(self, src: str, alt: str, title: str) -> str:
        """A picture with its alternative text and title."""
        return f"![{self._escaped(' '.join(alt.split()), '[')}]({self._target(src, title)})"

    def linked(self, written: str, href: str) -> str:
        """A link around something that is written already."""
        return f"[{written}]({self._target(href, '')})"

    def _target(self, href: str, title: str) -> str:
        href = _ENTITY.sub("&amp;", href)
        if not _balanced(href):
            href = f"<{href}>"
        if not title:
            return href
        title = _ENTITY.sub("&amp;", title.replace("\\", "\\\\")).replace('"', '\\"').replace("\n", "&#10;")
        return f'{href} "{self.defused(title)}"'


def without_tags(tex: str) -> str:
    """A formula in which nothing is a tag of HTML where formulas are not known; the space changes nothing in TeX."""
    return raw.TAG.sub(lambda match: f"< {match[0][1:]}", tex) if "<" in tex else tex


def apart(tex: str) -> str:
    """A formula in which braces begin no command; the space changes nothing in TeX."""
    return tex.replace("{%", "{ %").replace("{{", "{ {").replace("{{", "{ {")


def _balanced(href: str) -> bool:
    """Whether an address may stand in parentheses as it is."""
    if "(" not in href and ")" not in href:
        return True
    depth = 0
    for character in href:
        depth += (character == "(") - (character == ")")
        if depth < 0 or depth > 30:
            return False
    return depth == 0
