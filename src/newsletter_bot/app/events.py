"""Events from every source of the settings.

A source on the network that cannot be had is a finding, and the issue goes on without it; a file of the writer's own that
cannot be read stops it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from newsletter_bot.app.network import limits_of
from newsletter_bot.app.outside import Copy, Heard, Memory, side_by_side
from newsletter_bot.assembly.followed import followed
from newsletter_bot.assembly.listings import Window
from newsletter_bot.assembly.twins import same_event
from newsletter_bot.errors import DraftError, SourceError
from newsletter_bot.model import Finding, Level, Listing
from newsletter_bot.ports import Ledger
from newsletter_bot.settings import Settings

PAST = timedelta(days=45)
"""How far back calendars are read, so that what was moved or cancelled is known."""
FAR = datetime(9998, 1, 1, tzinfo=UTC)
CALENDARS = (".ics", ".ical", ".icalendar")
MEMORY = "events/source"
ACCEPT = "text/calendar, application/json, text/csv, application/yaml, */*;q=0.5"

Reading: TypeAlias = tuple[Sequence[Listing], Sequence[Finding]]
Trouble: TypeAlias = SourceError | DraftError


def read_events(
    settings: Settings, ledger: Ledger, clock: datetime, *, now: datetime, offline: bool = False
) -> Reading:
    """What all sources list around ``clock``, in the order of the settings; ``offline`` takes what is remembered."""
    reader = _Reader(settings=settings, ledger=ledger, clock=clock, now=now)
    sources = settings.events.sources
    remote = [source for source in sources if is_address(source)]
    heard = reader.remembered(remote) if offline else side_by_side(reader.heard, remote)
    readings = [reader.told(each, heard.get(each)) if is_address(each) else reader.local(each) for each in sources]
    findings = [
        replace(finding, key=finding.key or f"events.sources[{place}]")
        for place, (_, odd) in enumerate(readings)
        for finding in odd
    ]
    return [listing for listings, _ in readings for listing in listings], findings


def read_again(
    settings: Settings, ledger: Ledger, clock: datetime, *, now: datetime, known: Sequence[Listing]
) -> Reading:
    """The events of an issue that is out, where ``known`` are those that it listed.

    It keeps what others' calendars said when it was new, and takes no event up that is new in the writer's own files,
    so that only what the writer changed changes.
    """
    return _Reader(settings=settings, ledger=ledger, clock=clock, now=now).again(known)


def is_address(source: str) -> bool:
    """Whether a source is on the network, not a file below drafts/."""
    return "://" in source


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads the sources of one newsletter around one moment."""

    settings: Settings
    ledger: Ledger
    clock: datetime
    now: datetime

    @property
    def memory(self) -> Memory:
        return Memory(ledger=self.ledger, prefix=MEMORY, limits=limits_of(self.settings), now=self.now)

    @property
    def window(self) -> tuple[datetime, datetime]:
        """Of calendars, what is to come and what was so lately that its being moved or cancelled matters."""
        try:
            return self.clock - PAST, self.clock + self.settings.events.horizon
        except OverflowError:
            return self.clock - PAST, FAR

    # --- files of the writer ---------------------------------------------------------------------------------------

    def local(self, source: str) -> Reading:
        """The events of a file. DraftError when none can be read: an issue without them is not what the writer meant."""
        key = f"events.sources[{self.settings.events.sources.index(source)}]"
        try:
            listings, findings = self._read(source)
        except DraftError as error:
            return self._refused(finding_of(error, Level.ERROR), key)
        wrong = next((finding for finding in findings if finding.level is Level.ERROR), None)
        return (listings, findings) if listings or wrong is None else self._refused(wrong, key)

    def _refused(self, wrong: Finding, key: str) -> Reading:
        if "events" not in self.settings.issue.sections:
            return (), (wrong,)
        raise DraftError(wrong.message, file=wrong.file, line=wrong.line, key=wrong.key or key, fix=wrong.fix)

    def _read(self, source: str) -> Reading:
        from newsletter_bot.sources.listing_files import EVENTS, read_listing_file

        folder = self.settings.folder
        path = folder / "drafts" / source
        if source == EVENTS and not path.exists() and not path.is_symlink():
            return (), ()
        return self._calendar_file(source) if source.lower().endswith(CALENDARS) else read_listing_file(folder, path)

    def _file(self, source: str) -> str:
        from newsletter_bot.sources.files import shown_path

        return shown_path(self.settings.folder, self.settings.folder / "drafts" / source)

    def _calendar_file(self, source: str) -> Reading:
        from newsletter_bot.sources.files import inside, read_bytes

        folder = self.settings.folder
        path = folder / "drafts" / source
        file = self._file(source)
        if path.exists() and inside(folder, path) is None:
            fix = "put the file itself into drafts/"
            raise DraftError("the file lies outside the newsletter's folder", file=file, fix=fix)
        body = read_bytes(path, file=file, limit=limits_of(self.settings).bytes)
        return self._calendar(body, file)

    def _calendar(self, body: bytes, file: str) -> Reading:
        from newsletter_bot.sources.calendars import read_calendar

        return read_calendar(body, file=file, window=self.window)

    # --- addresses -------------------------------------------------------------------------------------------------

    def heard(self, source: str) -> Heard:
        return self.memory.hear(source, self._understand(source), accept=ACCEPT)

    def remembered(self, sources: Sequence[str]) -> dict[str, Heard | Trouble]:
        copies = {source: self.memory.copy(source) for source in sources}
        return {source: Heard(copy=copy) for source, copy in copies.items() if copy}

    def _understand(self, source: str) -> Callable[[Copy], Reading]:
        """Reads a copy; what gives no event and is wrong is nonsense, such as the page of a hotel's network."""
        from newsletter_bot.sources.addresses import shown_address

        shown = shown_address(source)

        def understand(copy: Copy) -> Reading:
            listings, findings = self._parsed(copy, shown)
            wrong = next((finding for finding in findings if finding.level is Level.ERROR), None)
            if wrong and not listings:
                raise SourceError(wrong.message, file=shown, line=wrong.line, fix=wrong.fix)
            return listings, findings

        return understand

    def _parsed(self, copy: Copy, shown: str) -> Reading:
        from newsletter_bot.sources.calendar_text import looks_like_calendar
        from newsletter_bot.sources.listing_files import parse_listings

        if looks_like_calendar(copy.body):
            return self._calendar(copy.body, shown)
        if shown.lower().endswith(CALENDARS) or copy.media_type == "text/calendar":
            raise SourceError("what came is no calendar", file=shown, fix="check the address")
        if copy.media_type == "text/html":
            fix = "give the address of the calendar or list itself, not that of a page"
            raise SourceError("what came is a web page, not a list of events", file=shown, fix=fix)
        return parse_listings(copy.body, file=shown, media_type=copy.media_type)

    def told(self, source: str, heard: Heard | Trouble | None) -> Reading:
        """The events of a source that was asked, with what is to be said of it."""
        if heard is None:
            return (), ()
        if not isinstance(heard, Heard):
            message = f"{heard.message}: the issue goes on without its events"
            return (), (replace(finding_of(heard, Level.WARNING), message=message),)
        try:
            listings, findings = self._understand(source)(heard.copy)
        except (SourceError, DraftError) as error:
            return (), (finding_of(error, Level.WARNING),)
        milder = (replace(one, level=Level.WARNING) if one.level is Level.ERROR else one for one in findings)
        return listings, [*self._said(source, heard), *milder]

    def _said(self, source: str, heard: Heard) -> Iterator[Finding]:
        from newsletter_bot.sources.addresses import shown_address

        if heard.trouble:
            trouble = finding_of(heard.trouble, Level.WARNING)
            at = heard.copy.at.isoformat(timespec="minutes")
            message = f"{trouble.message}: its events are those of {at}, when it was last had"
            yield replace(trouble, message=message, file=shown_address(source))
        elif heard.moved_to:
            message = f"the source has moved for good to {shown_address(heard.moved_to)}"
            fix = "write its new address into the settings"
            yield Finding(level=Level.WARNING, message=message, fix=fix, file=shown_address(source))

    # --- an issue that is out --------------------------------------------------------------------------------------

    def again(self, known: Sequence[Listing]) -> Reading:
        """The writer's own files as they are now, and of other sources what the issue listed when it was new."""
        from zoneinfo import ZoneInfo

        sources = self.settings.events.sources
        zone = ZoneInfo(self.settings.newsletter.timezone)
        today = Window(self.now, self.settings.events.horizon, zone)
        readings = [
            self._told_by(source, known) if is_address(source) else self._followed(source, known, today)
            for source in sources
        ]
        listings = [listing for found, _ in readings for listing in found]
        if any(map(is_address, sources)):
            # What others' calendars added to an event of the writer's own stays too.
            own = list(listings)
            listings += [one for one in known if any(same_event(one, other, zone) for other in own)]
        return listings, [finding for _, findings in readings for finding in findings]

    def _followed(self, source: str, known: Sequence[Listing], today: Window) -> Reading:
        own, findings = self.local(source)
        return followed(own, known, now=today, files={self._file(source)}), findings

    @staticmethod
    def _told_by(source: str, known: Sequence[Listing]) -> Reading:
        from newsletter_bot.sources.addresses import shown_address

        shown = shown_address(source)
        return [one for one in known if one.origin and one.origin.file == shown], ()


def finding_of(error: Trouble, level: Level) -> Finding:
    """An error of a source as one finding among others."""
    return Finding(level=level, message=error.message, fix=error.fix, file=error.file, line=error.line, key=error.key)
