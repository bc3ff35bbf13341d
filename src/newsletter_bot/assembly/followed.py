"""The writer's own events in an issue that is out: what it listed is followed, what is new waits for the next issue."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from newsletter_bot.assembly.dates import starts
from newsletter_bot.assembly.listings import Window
from newsletter_bot.model import Listing


def followed(own: Sequence[Listing], known: Sequence[Listing], *, now: Window, files: Collection[str]) -> list[Listing]:
    """Of the events in the writer's files those that the issue listed (``known``), as they are now.

    One under a new title is known by its time. One that was struck from its file stays once it is over (files are
    tidied), and is taken back while it is still to come.
    """
    present, listed = _Known(own), _Known(known)
    gone = [one for one in known if one not in present]
    hours = {starts(one, now.zone) for one in gone}
    kept = [one for one in own if one in listed or starts(one, now.zone) in hours]
    taken = {starts(one, now.zone) for one in kept}
    tidied = [one for one in gone if one.origin and one.origin.file in files and now.over(one)]
    return [*kept, *(one for one in tidied if starts(one, now.zone) not in taken)]


class _Known:
    """Events by what they go by: the id that a calendar gave them, else their title, whenever they take place."""

    def __init__(self, listings: Sequence[Listing]) -> None:
        self._ids = {one.uid for one in listings if one.uid}
        self._titles = {_plain(one) for one in listings}
        self._nameless = {_plain(one) for one in listings if not one.uid}

    def __contains__(self, one: Listing) -> bool:
        titles = self._nameless if one.uid else self._titles
        return one.uid in self._ids or _plain(one) in titles


def _plain(listing: Listing) -> str:
    return " ".join(listing.title.casefold().split())
