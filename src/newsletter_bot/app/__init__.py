"""Composition: settings become the objects that the use cases work with; the only reader of clock and environment."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from newsletter_bot.app.clock import clock_of
from newsletter_bot.app.homes import former_homes, remember_home
from newsletter_bot.app.newsroom import FolderNewsroom
from newsletter_bot.app.outlets import outlets_of, platform_fields, require_secrets
from newsletter_bot.assembly import Frame
from newsletter_bot.cadence import Cadence, Rules, Streak, next_slot
from newsletter_bot.ledger import ledger_file, open_claims, open_ledger
from newsletter_bot.model import Capabilities, Picture, Slot, State
from newsletter_bot.ports import Claims, Ledger, Reporter
from newsletter_bot.publishing.desk import Desk
from newsletter_bot.publishing.preparing import filled_slots
from newsletter_bot.publishing.risk import REMIND, streak_of
from newsletter_bot.publishing.waking import next_wake
from newsletter_bot.settings import EventsSettings, HousekeepingSettings, Secret, Settings
from newsletter_bot.settings import read as read_settings
from newsletter_bot.sources.templates import TemplateFolder

__all__ = ["Bot", "cadence_of", "ledger_location", "open_bot", "open_settings", "platform_fields", "read_folder"]

LONGEST_QUIET = timedelta(hours=1)
"""A long look at least this often, whatever the short one says."""
RULES = "cadence/rules"
SALT = "settings/salt"


def read_folder(config: Path) -> Settings:
    """The settings of a newsletter's folder, with every platform that is installed. Raises SettingsError."""
    return read_settings(config, platforms=platform_fields())


@dataclass(kw_only=True)
class Bot:
    """One newsletter, opened: its settings, ledger, folder and publications."""

    settings: Settings
    ledger: Ledger
    claims: Claims
    environ: Mapping[str, str]
    clock: Callable[[], datetime]
    report: Reporter | None = None
    stopping: Callable[[], bool] | None = None

    @cached_property
    def ledger_path(self) -> Path | None:
        """The ledger's file, or None when it is elsewhere."""
        where = ledger_location(self.settings, self.environ)
        return None if "://" in where or where == "memory:" else ledger_file(where, folder=self.settings.folder)

    @cached_property
    def newsroom(self) -> FolderNewsroom:
        """The writer's folder."""
        return FolderNewsroom(settings=self.settings, ledger=self.ledger, clock=self.clock, environ=self.environ)

    @cached_property
    def desk(self) -> Desk:
        """What the use cases work with."""
        outlets = outlets_of(self.settings, environ=self.environ, salt=self._salt(), clock=self.clock)
        desk = Desk(
            ledger=self.ledger,
            claims=self.claims,
            newsroom=self.newsroom,
            outlets=outlets,
            home=self.settings.home,
            rules=self.rules,
            frame=frame_of(self.settings),
            clock=self.clock,
            number_from=self.settings.issue.number_from,
            missed=self.settings.cadence.missed,
            missed_limit=self.settings.cadence.missed_limit,
            fit=fitted,
            former_homes=former_homes(self.ledger, self.settings.home, self.clock()),
        )
        desk = replace(desk, report=self.report) if self.report else desk
        return replace(desk, stopping=self.stopping) if self.stopping else desk

    @cached_property
    def _told_rules(self) -> Rules:
        """The cadence of the settings, after those under which earlier slots passed; phases are not fixed in it."""
        remembered = self.ledger.recall(RULES)
        cadence = cadence_of(self.settings)
        return (
            Rules.from_text(remembered).under(cadence, self.clock()) if remembered else Rules.of(cadence, self.clock())
        )

    @cached_property
    def rules(self) -> Rules:
        """The rules in force, phased by the first issue."""
        first = self.ledger.first_date()
        rules = self._told_rules
        return rules.anchored(rules.current.local_day(first)) if first else rules

    def remember_rules(self) -> None:
        """Commit the rules and the home in force, so that slots that pass from now on keep them."""
        remember_home(self.ledger, self.settings.home, self.clock())
        text = self._told_rules.as_text()
        if self.ledger.recall(RULES) != text:
            self.ledger.remember(RULES, text)

    def require_secrets(self, only: tuple[str, ...] = ()) -> None:
        """Raise SettingsError for a secret that cannot be had, before anything is sent."""
        names = frozenset(only) or frozenset(each.name for each in self.settings.publications)
        require_secrets(self.settings, names, self.environ)

    def next_slot(self) -> Slot | None:
        """The slot that wants the next issue."""
        return next_slot(self.rules, self.clock(), filled_slots(self.desk))

    def streak(self) -> Streak:
        """How the promise stands now."""
        remind = max(self.settings.daemon.remind, default=REMIND)
        return streak_of(self.desk, self.clock(), remind=remind)

    def quiet_until(self) -> datetime | None:
        """Until when a run by the clock has nothing to do, given that one has just been done; None: no such time."""
        now = self.clock()
        soon = now + self.settings.daemon.poll
        restless = any(each.state is not State.DELIVERED for each in self.ledger.open_deliveries())
        wake = min(next_wake(self.desk, now) or now + LONGEST_QUIET, now + LONGEST_QUIET)
        return min(wake, soon) if restless else wake

    def _salt(self) -> bytes:
        """The ledger's own key for fingerprints of settings."""
        known = self.ledger.recall(SALT)
        if known is None:
            known = secrets.token_hex(32)
            self.ledger.remember(SALT, known)
        return bytes.fromhex(known)


@contextmanager
def open_bot(config: Path, environ: Mapping[str, str], *, report: Reporter | None = None) -> Generator[Bot]:
    """Open the newsletter whose settings stand in this file, and close it again."""
    with open_settings(read_folder(config), environ, report=report) as bot:
        yield bot


@contextmanager
def open_settings(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    report: Reporter | None = None,
    stopping: Callable[[], bool] | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Generator[Bot]:
    """Open the newsletter of these settings; with ``stopping`` true nothing new is begun; ``clock`` instead of the usual one."""
    clock = clock or clock_of(environ)
    location = ledger_location(settings, environ)
    ledger = open_ledger(location, folder=settings.folder, newsletter=settings.newsletter.id, now=clock())
    claims = open_claims(location, folder=settings.folder)
    try:
        yield Bot(
            settings=settings,
            ledger=ledger,
            claims=claims,
            environ=environ,
            clock=clock,
            report=report,
            stopping=stopping,
        )
    finally:
        claims.close()
        ledger.close()


def fitted(picture: Picture, limits: Capabilities) -> tuple[Picture | None, str | None]:
    """The picture within a platform's limits, and what is lost by that."""
    from newsletter_bot.sources.fitting import fit_picture

    return fit_picture(picture, types=limits.image_types, max_bytes=limits.image_bytes, max_pixels=limits.image_pixels)


def ledger_location(settings: Settings, environ: Mapping[str, str]) -> str:
    """Where the ledger is; a secret address is revealed."""
    where = settings.ledger
    return where.reveal(environ, settings.folder) if isinstance(where, Secret) else where


def cadence_of(settings: Settings) -> Cadence:
    """The cadence of the settings as the rules of slots know it."""
    said = settings.cadence
    return Cadence(
        weeks=said.every_weeks,
        monthly=said.monthly,
        weekdays=said.weekdays,
        day=said.day or 0,
        time=said.time,
        zone=said.zone,
        grace=said.grace,
        breaks=said.breaks,
    )


def frame_of(settings: Settings) -> Frame:
    """What the settings say about every issue."""
    issue = settings.issue
    return Frame(
        newsletter=settings.newsletter.id,
        title=settings.newsletter.title,
        author=settings.newsletter.author,
        language=settings.newsletter.language,
        timezone=settings.newsletter.timezone,
        sections=issue.sections,
        headings=_headings(settings),
        sign_off=issue.sign_off,
        horizon=settings.events.horizon,
        events_style=settings.events.style,
        number_in_title=issue.number_in_title or None,
        reading_time=issue.reading_time,
        templates=TemplateFolder(settings.folder),
        compose=issue.compose,
    )


def _headings(settings: Settings) -> Mapping[str, str]:
    """The headings that the writer chose; where none was, the newsletter's language has its own word."""
    said = {
        "housekeeping": settings.housekeeping.heading,
        "events": settings.events.heading,
        "footnotes": settings.issue.footnotes_heading or None,
    }
    usual = {"housekeeping": HousekeepingSettings().heading, "events": EventsSettings().heading, "footnotes": None}
    english = settings.newsletter.language.startswith("en")
    return {name: text for name, text in said.items() if text is not None and (english or text != usual[name])}
