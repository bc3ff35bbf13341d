"""What would act in HTML of the writer's own: it is taken out wherever the text goes, and named."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter_bot.markup.active import acting
from newsletter_bot.markup.raw import TAG


def active_parts(html: str) -> Iterator[str]:
    """The handlers and addresses in its tags that would run something, in words."""
    for tag in TAG.finditer(html):
        for name, scheme in acting(tag):
            if scheme:
                yield f"the {scheme}: address"
            elif name != "style":
                yield f"the handler {name}"
