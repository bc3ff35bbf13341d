"""Where an issue leads its readers: pages of the web, and issues that came out after it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from newsletter_bot.document import Embed, Link
from newsletter_bot.markup.walk import Node, walk_nodes
from newsletter_bot.model import ISSUE_ADDRESS, Issue, Rendition

RECURRING = frozenset({"events", "sign_off"})
"""Sections whose links are the same from issue to issue."""
_TO_AN_ISSUE = re.compile(rf" ?\({re.escape(ISSUE_ADDRESS)}[^\s)]*\)")
LINKING = "updating links to other issues"
"""What is said of an update by which nothing comes but the addresses of issues that are out by now."""


def only_links(old: Rendition, new: Rendition) -> bool:
    """Whether readers of the new text find the same words as before, with links to issues that came out meanwhile."""
    return old.plain != new.plain and _words(old) == _words(new)


def _words(text: Rendition) -> list[object]:
    beside = [text.title, text.subtitle, text.slug, text.tags, text.canonical_url, text.cover, text.audience]
    return [_TO_AN_ISSUE.sub("", text.plain), [image.digest for image in text.images], *beside]


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
