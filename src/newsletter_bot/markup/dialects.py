"""What the kinds of Markdown understand beyond CommonMark, and what pages of HTML show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from newsletter_bot.model import Format


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Syntax of one kind of Markdown; what is off is written with means that every kind has.

    ``liquid``: ``{{`` and ``{%`` are commands there and must be defused; ``embed`` is how an address becomes a card.
    """

    family: ClassVar[str] = "markdown"
    tables: bool = True
    footnotes: bool = True
    strikethrough: bool = True
    tasks: bool = True
    callouts: bool = True
    definitions: bool = True
    maths: Literal["dollar", "katex", "code"] = "dollar"
    liquid: bool = False
    embed: str = "<{url}>"
    comments: bool = True


DIALECTS = {
    Format.GFM: Dialect(),
    Format.COMMONMARK: Dialect(
        tables=False,
        footnotes=False,
        strikethrough=False,
        tasks=False,
        callouts=False,
        definitions=False,
        maths="code",
    ),
    Format.DEV: Dialect(
        tasks=False,
        callouts=False,
        definitions=False,
        maths="katex",
        liquid=True,
        embed="{{% embed {url} %}}",
        comments=False,
    ),
    Format.HASHNODE: Dialect(
        footnotes=False, callouts=False, definitions=False, maths="dollar", embed="%[{url}]", comments=False
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """How HTML is written for a kind of reader.

    ``controls``: boxes of tasks as controls; ``comments``: marks for the platform; ``maths``: the tags of formulas within
    a line and on lines of their own; ``prefix`` keeps the ids of several documents on one page apart.
    """

    family: ClassVar[str] = "html"
    controls: bool = True
    comments: bool = True
    maths: tuple[str, str] = ("span", "div")
    prefix: str = ""


WEB = Page()
MAIL = Page(controls=False, comments=False, maths=("code", "pre"))
"""Mail programs show neither controls nor comments."""
