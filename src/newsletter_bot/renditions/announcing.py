"""An announcement: title, one sentence, and the way to the issue."""

from __future__ import annotations

from newsletter_bot.document import Document
from newsletter_bot.markup.text import first_sentence
from newsletter_bot.model import HOME_ADDRESS, Issue
from newsletter_bot.renditions.limits import cut

ADDRESS = 100
"""Characters kept free for the address, which is not known yet."""


def announcement(issue: Issue, *, address: str | None, length: int) -> str:
    """The parts with a blank line between, within this many characters (0: any) when the address is at most 100."""
    room = length - (max(ADDRESS, len(address)) + 2 if address else 0) if length else 10_000
    title = cut(issue.title, max(room, 1))
    sentence = sentence_of(issue)
    room -= len(title) + 2
    told = cut(sentence, room) if room >= min(len(sentence), 20) and sentence != title else ""
    return "\n\n".join(part for part in (title, told, address) if part)


def sentence_of(issue: Issue) -> str:
    """What the issue is about: its subtitle, else the first sentence of the writer's text."""
    if issue.subtitle:
        return issue.subtitle
    bodies = tuple(block for section in issue.sections if section.name == "body" for block in section.blocks)
    return first_sentence(Document(bodies or issue.document.blocks))


def address_of(issue: Issue, *, has_home: bool) -> str | None:
    """Where the issue can be read."""
    return HOME_ADDRESS if has_home else issue.canonical_url
