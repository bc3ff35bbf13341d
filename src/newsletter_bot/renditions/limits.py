"""Titles, tags and other short things within a platform's limits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from newsletter_bot.model import Capabilities, Issue
from newsletter_bot.renditions.losses import Losses


def cut(text: str, length: int) -> str:
    """The text cut between words, with an ellipsis, to at most this many characters."""
    if len(text) <= length:
        return text
    head = text[: max(0, length - 1)]
    if text[len(head)] != " ":
        words = head.rpartition(" ")[0]
        head = words if len(words) > length // 3 else head
    return f"{head.rstrip(' ,;:-')}…"[:length]


def title_of(issue: Issue, limits: Capabilities, losses: Losses) -> str:
    """The title, cut where it is too long there."""
    if not limits.title_length or len(issue.title) <= limits.title_length:
        return issue.title
    title = cut(issue.title, limits.title_length)
    losses.add(f"the title of {len(issue.title)} characters", f"cut to {limits.title_length}: {title}")
    return title


def tags_of(issue: Issue, limits: Capabilities, losses: Losses) -> tuple[str, ...]:
    """As many tags as there may be, each in the alphabet and length of the platform, each once."""
    kept: dict[str, str] = {}
    for tag, fitting in _fitting(issue, limits):
        if not limits.tags:
            losses.add(f"the tag {tag!r}", "left out: there are no tags")
        elif fitting is None:
            losses.add(f"the tag {tag!r}", "left out: it is not allowed there")
        elif fitting.casefold() in kept:
            continue
        elif len(kept) >= limits.tags:
            losses.add(f"the tag {tag!r}", f"left out: at most {limits.tags}")
        else:
            kept[fitting.casefold()] = fitting
            if fitting != tag:
                losses.add(f"the tag {tag!r}", f"the tag {fitting!r}")
    return tuple(kept.values())


def _fitting(issue: Issue, limits: Capabilities) -> Iterator[tuple[str, str | None]]:
    for tag in issue.tags:
        yield tag, next((form for form in _forms(tag) if _allowed(form, limits)), None)


def _allowed(tag: str, limits: Capabilities) -> bool:
    if not tag or (limits.tag_length and len(tag) > limits.tag_length):
        return False
    return limits.tag_pattern is None or re.fullmatch(limits.tag_pattern, tag) is not None


def _forms(tag: str) -> Iterator[str]:
    """The tag and its plainer spellings, the most faithful first."""
    yield tag
    yield tag.lower()
    plain = unicodedata.normalize("NFKD", tag).encode("ascii", "ignore").decode("ascii")
    words = re.findall(r"[A-Za-z0-9]+", plain)
    yield "-".join(words)
    yield "-".join(words).lower()
    yield "_".join(words)
    yield "".join(words)
    yield "".join(words).lower()


def slug_of(issue: Issue, limits: Capabilities, losses: Losses) -> str:
    """The slug where there are such; one that the writer chose is missed elsewhere."""
    if not limits.slug and issue.slug and not _follows(issue.slug, issue.title):
        losses.add(f"the slug {issue.slug!r}", "one that the platform makes")
    return issue.slug


def _follows(slug: str, title: str) -> bool:
    """Whether a slug is just the title's words."""
    letters = [re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", text).casefold()) for text in (slug, title)]
    return letters[0] in letters[1] or not letters[1]


def canonical_of(issue: Issue, limits: Capabilities, losses: Losses, home: str | None) -> str | None:
    """The writer's own canonical address, else home's for the other publications."""
    if limits.canonical_url:
        return issue.canonical_url or home
    if issue.canonical_url:
        losses.add("the canonical address", "none: the post stands for itself")
    return None
