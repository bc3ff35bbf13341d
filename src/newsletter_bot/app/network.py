"""The outside world within the limits of the settings: one way to fetch pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from newsletter_bot.settings import Settings
from newsletter_bot.sources.addresses import Guard
from newsletter_bot.sources.fetch import Limits, fetch


@dataclass(frozen=True, slots=True)
class Page:
    """A page from the network: where it was found in the end, and its bytes."""

    url: str
    data: bytes


def limits_of(settings: Settings) -> Limits:
    """How much a source may cost, and whether private addresses may be asked."""
    limits = Limits(guard=Guard(allow_private=settings.network.allow_private))
    agent = settings.network.user_agent
    return replace(limits, agent=agent) if agent else limits


def page_fetcher(settings: Settings) -> Callable[[str], Page]:
    """A function that gets one page. It raises SourceError when the page cannot be had."""
    limits = limits_of(settings)

    def get(address: str) -> Page:
        found = fetch(address, limits=limits)
        return Page(found.url, found.body)

    return get
