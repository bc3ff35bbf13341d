"""What the Medium-style service makes of a story's content: a small set of tags, everything else as plain text."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

KEPT = frozenset(
    [
        "h1",
        "h2",
        "h3",
        "h4",
        "p",
        "a",
        "strong",
        "b",
        "em",
        "i",
        "blockquote",
        "ul",
        "ol",
        "li",
        "pre",
        "code",
        "hr",
        "img",
        "figure",
        "figcaption",
        "br",
        "iframe",
    ]
)
VOID = frozenset({"hr", "img", "br"})
ATTRIBUTES = {"a": ("href", "title"), "img": ("src", "alt", "title"), "iframe": ("src",)}
SILENT = frozenset({"script", "style", "head", "title", "template"})
BLOCKS = frozenset({"div", "section", "article", "tr", "table", "dl", "dt", "dd", "h5", "h6"})
SCHEMES = ("http://", "https://", "mailto:", "/", "#")


class _Sieve(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.images: list[str] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self._silent += 1
        elif tag in KEPT:
            self._begin(tag, attrs)

    def _begin(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = [(name, value or "") for name, value in attrs if name in ATTRIBUTES.get(tag, ())]
        safe = [(name, value) for name, value in kept if name not in {"href", "src"} or _is_safe(value)]
        if tag == "img":
            self.images.extend(value for name, value in safe if name == "src")
        self.out.append(f"<{tag}" + "".join(f' {name}="{escape(value)}"' for name, value in safe) + ">")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in self._open:
            while (last := self._open.pop()) != tag:
                self.out.append(f"</{last}>")
            self.out.append(f"</{tag}>")
        elif tag in BLOCKS:
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.out.append(escape(data, quote=False))
            self.texts.append(data)

    def finish(self) -> str:
        self.close()
        self.out.extend(f"</{tag}>" for tag in reversed(self._open))
        return "".join(self.out)


def _is_safe(address: str) -> bool:
    return address.strip().lower().startswith(SCHEMES)


def clean(content: str) -> tuple[str, list[str], str]:
    """The HTML that is kept, the images it names, and its plain text."""
    sieve = _Sieve()
    sieve.feed(content)
    return sieve.finish(), sieve.images, " ".join(" ".join(sieve.texts).split())


def from_markdown(content: str) -> str:
    """Markdown as HTML, before it is sieved."""
    import pyromark

    return pyromark.html(content)


def without_title(html: str, title: str) -> str:
    """The story without a first heading that only says the title again."""
    if not html.lstrip().startswith("<h"):
        return html
    head, closing, rest = html.partition("</h")
    first, _, _ = clean(head)
    said = clean(first)[2]
    return rest.partition(">")[2] if closing and said == " ".join(title.split()) else html
