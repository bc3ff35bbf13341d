"""The long-running process: looks when the folder changes and when something becomes due, and calls what cron and hand call.

It keeps no state of its own: what is due is found in the ledger, so that nothing is lost while it is down.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from newsletter_bot.app import Bot, ledger_location, open_settings, read_folder
from newsletter_bot.daemon import status, systemd
from newsletter_bot.daemon.telling import next_reminder, require_apprise, tell_news
from newsletter_bot.daemon.watching import watch
from newsletter_bot.errors import LedgerError, NewsletterError, SettingsError, UsageError
from newsletter_bot.ledger import open_claims
from newsletter_bot.publishing import cases
from newsletter_bot.publishing.desk import Wishes
from newsletter_bot.publishing.waking import next_wake
from newsletter_bot.settings import Settings

log = logging.getLogger(__name__)

LONGEST_WAIT = timedelta(seconds=60)
"""A look at the wall clock at least this often: a machine that slept, or a clock that was set, is noticed."""
AFTER_FAILURE = timedelta(minutes=1)
GIVE_UP = 10.0
"""Seconds in which a request under way may end after SIGTERM."""
JOB = "look"


class Daemon:
    """One newsletter, watched. ``run`` returns when it is told to stop."""

    def __init__(self, config: Path, environ: Mapping[str, str]) -> None:
        self.config = config
        self.environ = environ
        self.settings = read_folder(config)
        self.vitals = status.Vitals()
        self.stopping = threading.Event()
        self._seen_settings = self.settings.digest
        self._wrong = ""
        self._busy = threading.Lock()
        self._due = datetime.min.replace(tzinfo=UTC)
        self._scheduler: Any = None
        self._shown: set[str] = set()

    # --- life ----------------------------------------------------------------------------------------------------

    def run(self) -> int:
        """Hold the newsletter, serve, watch and look until SIGTERM or SIGINT; 0."""
        from apscheduler.schedulers.background import BackgroundScheduler

        if self.settings.notify:
            require_apprise()
        claims = self._hold()
        page = self._serve()
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._scheduler.start()
        observer = watch(self.settings.folder, self.config, self.touch)
        try:
            self._schedule(_now())
            systemd.notify(self.environ, "READY=1\nSTATUS=watching")
            log.info("daemon started", extra={"newsletter": self.settings.newsletter.id, "pid": os.getpid()})
            self._wait_for_signals()
        finally:
            self._stop(observer, page)
            claims.release("daemon")
            claims.close()
        return 0

    def _hold(self) -> Any:
        """One daemon per newsletter: a second one says who holds it."""
        claims = open_claims(ledger_location(self.settings, self.environ), folder=self.settings.folder)
        if not claims.hold("daemon"):
            holder = claims.holder("daemon")
            claims.close()
            raise UsageError(f"a daemon runs already for this newsletter: {holder}", fix="stop that one first")
        return claims

    def _serve(self) -> Any:
        address = self.settings.daemon.status
        if address is None:
            return None
        try:
            return status.serve(address.host, address.port, self.vitals, _now)
        except OSError as error:
            raise SettingsError(
                f"the status page cannot be served at {address.host}:{address.port}: {error.strerror}",
                key="daemon.status",
                fix="choose another port, or off",
            ) from error

    def _wait_for_signals(self) -> None:
        """SIGHUP reloads, SIGTERM and SIGINT stop; nothing else wakes this thread."""
        while True:
            received = signal.sigwait({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
            if received != signal.SIGHUP:
                log.info("daemon is stopping", extra={"signal": signal.Signals(received).name})
                return
            self._seen_settings = ""
            self.touch()

    def _stop(self, observer: Any, page: Any) -> None:
        """Claim nothing new, let the request under way end or give it up, and say goodbye."""
        systemd.notify(self.environ, "STOPPING=1")
        self.stopping.set()
        observer.stop()
        self._scheduler.pause()
        ended = self._busy.acquire(timeout=GIVE_UP)
        if page is not None:
            page.close()
        if not ended:
            # What is under way stays `sending` in the ledger; with this process its lock goes, and it is looked up.
            log.warning("a request did not end in time and is given up; it will be looked up")
            logging.shutdown()
            os._exit(0)
        self._scheduler.shutdown(wait=False)

    # --- looking -------------------------------------------------------------------------------------------------

    def touch(self) -> None:
        """Something changed: look once it has been quiet for a while."""
        self._due = _now() + self.settings.daemon.quiet
        self._schedule(self._due)

    def _schedule(self, moment: datetime) -> None:
        """The one job, at the moment given or at the next look at the clock, whichever is earlier."""
        if self.stopping.is_set():
            return
        beat = systemd.watchdog_seconds(self.environ)
        longest = min(LONGEST_WAIT, timedelta(seconds=beat)) if beat else LONGEST_WAIT
        self._scheduler.add_job(
            self._wake,
            "date",
            run_date=min(moment, _now() + longest),
            id=JOB,
            replace_existing=True,
            misfire_grace_time=None,
        )

    def _wake(self) -> None:
        """Look when it is time, else go on waiting."""
        systemd.notify(self.environ, "WATCHDOG=1")
        if _now() < self._due:
            self._schedule(self._due)
            return
        with self._busy:
            if self.stopping.is_set():
                return
            self._due = datetime.max.replace(tzinfo=UTC)
            self._look()
        self._schedule(self._due)

    def _look(self) -> None:
        """One look at what is due; whatever goes wrong is told and tried again."""
        try:
            self._reload()
            with open_settings(self.settings, self.environ, stopping=self.stopping.is_set) as bot:
                due = self._do(bot)
        except LedgerError as error:
            log.error("the ledger cannot be used", extra={"error": str(error)})  # noqa: TRY400
            self.vitals.failed = str(error)
            due = _now() + AFTER_FAILURE
        except Exception as error:
            log.exception("a look failed")
            self.vitals.failed = type(error).__name__
            due = _now() + AFTER_FAILURE
        self._due = min(self._due, due)
        self.vitals.next_wake = self._due

    def _do(self, bot: Bot) -> datetime:
        bot.remember_rules()
        outcome = cases.do_due(bot.desk)
        for error in outcome.trouble:
            log.warning("something is in the way", extra={"detail": str(error)})
        for record, deliveries in outcome.issues:
            states = {delivery.publication: delivery.state.value for delivery in deliveries}
            log.info("an issue was looked after", extra={"issue": record.id, **states})
        self._show_ready(bot)
        now = bot.clock()
        tell_news(bot, now)
        self.vitals.read(bot, now)
        moments = (next_wake(bot.desk, now), next_reminder(bot, now), now + self.settings.daemon.poll)
        return min(moment for moment in moments if moment)

    def _show_ready(self, bot: Bot) -> None:
        """A draft that has become ready is planned, and the plan shown, once for each of its versions."""
        try:
            plan = cases.plan(bot.desk, None, Wishes())
        except LedgerError:
            raise
        except NewsletterError as error:  # it is told among the findings
            log.info("the next draft cannot be planned", extra={"error": str(error)})
            return
        if plan is None or plan.prepared.before is not None or plan.prepared.entry.digest in self._shown:
            return
        self._shown.add(plan.prepared.entry.digest)
        actions = {each.publication: each.action.value for each in plan.deliveries}
        slot = plan.prepared.slot
        log.info(
            "a draft is ready", extra={"draft": plan.prepared.entry.path, "slot": slot.name, "due": slot.due, **actions}
        )

    def _reload(self) -> None:
        """Take over changed settings when they are valid; else say so once and keep the old ones."""
        try:
            fresh: Settings = read_folder(self.config)
        except SettingsError as error:
            if self._wrong != str(error):
                log.error("the settings were changed and are wrong; the old ones stay", extra={"error": str(error)})  # noqa: TRY400
            self._wrong = str(error)
            return
        self._wrong = ""
        if fresh.digest != self._seen_settings:
            if self._seen_settings != self.settings.digest or fresh.digest != self.settings.digest:
                log.info("settings reloaded")
            self.settings, self._seen_settings = fresh, fresh.digest


def _now() -> datetime:
    return datetime.now(UTC)


def run(config: Path, environ: Mapping[str, str]) -> int:
    """Run the daemon of the newsletter with these settings; signals are taken by the main thread alone."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
    return Daemon(config, environ).run()
