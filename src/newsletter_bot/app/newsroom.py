"""The writer's folder as the use cases see it: drafts through an index, notices, events from every source, pictures."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from newsletter_bot.errors import DraftError, SourceError, UsageError
from newsletter_bot.model import Draft, Finding, Listing, Notice, Picture
from newsletter_bot.ports import DraftCard, Ledger
from newsletter_bot.settings import Settings
from newsletter_bot.sources.shelf import DraftShelf, read_drafts

INDEX = "drafts/index"
MOST_PICTURES = 50
"""Most images that are asked for on the web in one run."""


class FolderNewsroom:
    """The port ``Newsroom`` over the newsletter's folder; every part is read once and kept for the run."""

    def __init__(
        self, *, settings: Settings, ledger: Ledger, clock: Callable[[], datetime], environ: Mapping[str, str]
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._clock = clock
        self._environ = environ
        self._findings: list[Finding] = []
        self.offline = False
        """Whether to leave the network out and take what is remembered of sources on it."""
        self.links_only = False
        """Whether pictures on the web are left where they are."""

    # --- drafts --------------------------------------------------------------------------------------------------

    def entries(self) -> Sequence[DraftCard]:
        """Every usable draft, by path."""
        return self._shelf.cards

    @cached_property
    def _shelf(self) -> DraftShelf:
        settings = self._settings
        names = [each.name for each in settings.publications]
        basis = json.dumps([settings.newsletter.timezone, sorted(names)])
        known = self._ledger.draft_index() if self._ledger.recall(INDEX) == basis else {}
        shelf = read_drafts(settings.folder, zone=settings.newsletter.timezone, publications=names, known=known)
        if shelf.changed or shelf.gone:
            self._ledger.record_drafts(shelf.changed, shelf.gone)
        if self._ledger.recall(INDEX) != basis:
            self._ledger.remember(INDEX, basis)
        self._findings.extend(shelf.findings)
        return shelf

    def draft(self, reference: str) -> Draft:
        """The draft of that id or path; a path may be given as the shell sees it."""
        name = self._below(reference)
        found = self._shelf.draft(name) or self._shelf.draft(reference)
        if found:
            return found
        meant = (name, reference, f"drafts/{reference}.md")
        broken = next((one for one in self._shelf.findings if one.file in meant), None)
        if broken:
            raise DraftError(broken.message, file=broken.file, line=broken.line, key=broken.key, fix=broken.fix)
        raise UsageError(
            f"there is no draft {reference!r}", fix=_nearest(name, [card.path for card in self._shelf.cards])
        )

    def _below(self, reference: str) -> str:
        """A path relative to the newsletter's folder where the reference is one."""
        from pathlib import Path

        folder = self._settings.folder.resolve()
        path = Path(reference)
        for base in (Path.cwd(), folder):
            whole = (path if path.is_absolute() else base / path).resolve()
            if whole.is_file() and whole.is_relative_to(folder):
                return whole.relative_to(folder).as_posix()
        return reference

    # --- notices and events --------------------------------------------------------------------------------------

    def notices(self) -> Sequence[Notice]:
        """The inbox of notices, in order."""
        return self._inbox

    @cached_property
    def _inbox(self) -> Sequence[Notice]:
        from newsletter_bot.sources.notices import read_notices

        notices, findings = read_notices(self._settings.folder / "drafts" / "_housekeeping.md")
        self._findings.extend(findings)
        return notices

    def listings(self, clock: datetime, *, known: Sequence[Listing] | None = None) -> Sequence[Listing]:
        """What every source of events has around that time; ``known`` is what an issue that is out listed."""
        key = (clock, tuple(known) if known is not None else None)
        if key not in self._listed:
            listings, findings = self._read_events(clock, known)
            self._listed[key] = listings
            self._findings.extend(finding for finding in findings if finding not in self._findings)
        return self._listed[key]

    def _read_events(
        self, clock: datetime, known: Sequence[Listing] | None
    ) -> tuple[Sequence[Listing], Sequence[Finding]]:
        from newsletter_bot.app.events import read_again, read_events

        if known is not None:
            return read_again(self._settings, self._ledger, clock, now=self._clock(), known=known)
        return read_events(self._settings, self._ledger, clock, now=self._clock(), offline=self.offline)

    @cached_property
    def _listed(self) -> dict[tuple[datetime, tuple[Listing, ...] | None], Sequence[Listing]]:
        return {}

    # --- pictures ------------------------------------------------------------------------------------------------

    def picture(self, file: str, source: str) -> Picture:
        """An image of the folder, as this file of it names it."""
        from newsletter_bot.sources.pictures import load_picture

        folder = self._settings.folder
        return load_picture(folder, source, base=(folder / file).parent)

    def pictures_from(self, addresses: Sequence[str]) -> Mapping[str, Picture | SourceError]:
        """Images on the web, asked for side by side and once in a run; nothing while the network is left out."""
        fresh = [address for address in dict.fromkeys(addresses) if address not in self.fetched]
        if fresh and not self.offline and not self.links_only:
            self.fetched |= self._fetch(fresh)
        return {address: self.fetched[address] for address in addresses if address in self.fetched}

    @cached_property
    def fetched(self) -> dict[str, Picture | SourceError]:
        """What was asked for on the web in this run."""
        return {}

    def _fetch(self, addresses: Sequence[str]) -> Mapping[str, Picture | SourceError]:
        from newsletter_bot.app.network import limits_of
        from newsletter_bot.app.outside import side_by_side
        from newsletter_bot.sources.pictures import fetch_picture

        room = max(0, MOST_PICTURES - len(self.fetched))
        limits = limits_of(self._settings)

        def ask(address: str) -> Picture | SourceError:
            try:
                return fetch_picture(address, limits=limits)
            except SourceError as error:
                return error

        answers = side_by_side(ask, addresses[:room])
        found = {address: answer for address, answer in answers.items() if not isinstance(answer, DraftError)}
        message = f"no more than {MOST_PICTURES} images are asked for in one run"
        beyond = SourceError(message, fix="keep copies of them beside the draft")
        return {**found, **dict.fromkeys(addresses[room:], beyond)}

    def inputs(self) -> list[str]:
        """Files beside drafts that give an issue its content, relative to the folder: the inbox, event files, templates."""
        local = [f"drafts/{source}" for source in self._settings.events.sources if "://" not in source]
        own = self._settings.folder / "templates"
        templates = [f"templates/{path.name}" for path in sorted(own.glob("*"))] if own.is_dir() else []
        return ["drafts/_housekeeping.md", *local, "templates", *templates]

    def findings(self) -> Sequence[Finding]:
        """What was wrong with anything read so far."""
        return tuple(self._findings)


def _nearest(name: str, known: Sequence[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    return f"did you mean {near[0]}?" if near else "drafts are Markdown files below drafts/"
