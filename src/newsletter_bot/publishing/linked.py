"""Which pages of the web an issue leads its readers to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from newsletter_bot.document import Embed, Link
from newsletter_bot.markup.walk import Node, walk_nodes
from newsletter_bot.model import Issue

RECURRING = frozenset({"events", "sign_off"})
"""Sections whose links are the same from issue to issue."""


def links_of(issue: Issue) -> tuple[str, ...]:
    """The web addresses in what was written for this issue (notices, text, footnotes), each once, as a reader meets them."""
    nodes = [block for section in issue.sections if section.name not in RECURRING for block in section.blocks]
    nodes += [block for footnote in issue.document.footnotes for block in footnote.children]
    return tuple(dict.fromkeys(address for address, _ in web_links(nodes)))


def web_links(nodes: Iterable[Node]) -> Iterator[tuple[str, int | None]]:
    """Every address on the web that these nodes lead to, with the line of the draft."""
    for node in walk_nodes(nodes):
        if isinstance(node, Link | Embed):
            address = node.href if isinstance(node, Link) else node.url
            if address.lower().startswith(("http://", "https://")):
                yield address, node.line or None
