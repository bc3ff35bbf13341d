"""The map of the system: what the use cases need from the world, as protocols."""

from newsletter_bot.ports.platforms import (
    Checkpoint,
    Finder,
    ImageHost,
    Inspector,
    Locator,
    Outlet,
    Platform,
    Reachable,
    Retractor,
    Scheduler,
    Trace,
    Updater,
    Verifier,
)
from newsletter_bot.ports.room import Newsroom, Reporter
from newsletter_bot.ports.store import Claims, DraftCard, Landed, Ledger, open_states

__all__ = [
    "Checkpoint",
    "Claims",
    "DraftCard",
    "Finder",
    "ImageHost",
    "Inspector",
    "Landed",
    "Ledger",
    "Locator",
    "Newsroom",
    "Outlet",
    "Platform",
    "Reachable",
    "Reporter",
    "Retractor",
    "Scheduler",
    "Trace",
    "Updater",
    "Verifier",
    "open_states",
]
