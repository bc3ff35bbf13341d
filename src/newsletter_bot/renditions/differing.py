"""What a reader would see change between two renditions."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from newsletter_bot.model import Rendition


def difference(old: Rendition, new: Rendition) -> str:
    """A unified diff of the readable text and of what stands beside it; empty when nothing of it changed."""
    lines = unified_diff([*_lines(old)], [*_lines(new)], "published", "now", n=2, lineterm="")
    return "\n".join(lines)


def _lines(rendition: Rendition) -> Iterator[str]:
    beside = {
        "title": rendition.title,
        "subtitle": rendition.subtitle,
        "slug": rendition.slug,
        "tags": ", ".join(rendition.tags),
        "canonical address": rendition.canonical_url,
        "cover": rendition.cover,
        "audience": rendition.audience.value,
    }
    yield from (f"{name}: {value}" for name, value in beside.items() if value)
    yield ""
    yield from rendition.plain.splitlines()
