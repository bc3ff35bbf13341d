"""The long-running process: looks when the folder changes and when something becomes due, and calls what cron and hand call.

It keeps no state of its own: what is due is found in the ledger, so that nothing is lost while it is down.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Mapping
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from newsletter_bot.app import ledger_location, open_settings, read_folder
from newsletter_bot.app.clock import VARIABLE
from newsletter_bot.daemon import status, systemd
from newsletter_bot.daemon.heart import LONGEST_BEAT, Heart
from newsletter_bot.daemon.looking import look_after
from newsletter_bot.daemon.telling import require_apprise
from newsletter_bot.daemon.timing import Agenda, MachineClock
from newsletter_bot.daemon.watching import Watch
from newsletter_bot.errors import LedgerError, SettingsError, UsageError
from newsletter_bot.ledger import open_claims
from newsletter_bot.settings import Settings

log = logging.getLogger(__name__)

AFTER_FAILURE = timedelta(minutes=1)
GIVE_UP = 8.0
"""Seconds in which a request under way may end after SIGTERM."""
LONGEST_LOOK = 540.0
"""Seconds after which a look is stuck: then no sign of life is given any more."""
JOB = "look"


class Daemon:
    """One newsletter, watched. ``run`` returns when it is told to stop."""

    def __init__(self, config: Path, environ: Mapping[str, str], clock: MachineClock | None = None) -> None:
        self.config = config
        self.environ = {name: value for name, value in environ.items() if name != VARIABLE}
        self.clock = clock or MachineClock()
        self.settings = read_folder(config)
        self.vitals = status.Vitals()
        self.stopping = threading.Event()
        self._agenda = Agenda()
        self._shown: set[str] = set()
        self._busy = threading.Lock()
        self._arming = threading.Lock()
        self._began: float | None = None
        self._scheduler: Any = None
        self._watch = Watch(self.settings.folder, config, self.touch)
        beat = systemd.watchdog_seconds(self.environ)
        self._heart = Heart(
            min(beat, LONGEST_BEAT) if beat else LONGEST_BEAT, alive=self._alive, sign=self._sign, jumped=self._jumped
        )

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
        self._watch.start()
        try:
            systemd.notify(self.environ, "READY=1\nSTATUS=watching")
            log.info("daemon started", extra={"newsletter": self.settings.newsletter.id, "pid": os.getpid()})
            self._heart.start()
            self._look_now()
            self._wait_for_signals()
        finally:
            self._stop(page)
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
            return status.serve(address.host, address.port, self.vitals, self.clock.now)
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
            log.info("settings are read again", extra={"signal": "SIGHUP"})
            self.touch()

    def _stop(self, page: Any) -> None:
        """Claim nothing new, let the request under way end or give it up, and say goodbye."""
        systemd.notify(self.environ, "STOPPING=1")
        self.stopping.set()
        self._heart.stop()
        self._watch.stop()
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

    # --- signs of life -------------------------------------------------------------------------------------------

    def _alive(self) -> bool:
        """Whether no look is stuck."""
        began = self._began
        return began is None or time.monotonic() - began < LONGEST_LOOK

    def _sign(self) -> None:
        if systemd.watchdog_seconds(self.environ):
            systemd.notify(self.environ, "WATCHDOG=1")

    def _jumped(self, seconds: float) -> None:
        """The machine slept, or its clock was set: what is due is asked anew."""
        log.info("the clock moved", extra={"seconds": round(seconds)})
        self._look_now()

    # --- looking -------------------------------------------------------------------------------------------------

    def touch(self) -> None:
        """Something changed: look once it has been quiet for a while."""
        self._agenda.touched(self.clock.now(), self.settings.daemon.quiet)
        if not self._busy.locked():
            self._arm()

    def _look_now(self) -> None:
        self._agenda.planned(self.clock.now())
        self._arm()

    def _arm(self) -> None:
        """The one job, at the moment of the next look."""
        with self._arming:
            if self.stopping.is_set():
                return
            self._scheduler.add_job(
                self._wake,
                "date",
                run_date=self.clock.alarm(self._agenda.next),
                id=JOB,
                replace_existing=True,
                misfire_grace_time=None,
                max_instances=3,
            )

    def _wake(self) -> None:
        """Look when it is time, else go on waiting."""
        with self._busy:
            if self.stopping.is_set():
                return
            if self.clock.now() >= self._agenda.next:
                self._look()
        self._arm()

    def _look(self) -> None:
        """One look at what is due; whatever goes wrong is told and tried again."""
        self._agenda.begun()
        self._began = time.monotonic()
        due = self.clock.now() + AFTER_FAILURE
        try:
            self._watch.refresh()
            self._reload()
            clock = self.clock.now
            with open_settings(self.settings, self.environ, stopping=self.stopping.is_set, clock=clock) as bot:
                due = look_after(bot, self.vitals, self._shown)
        except LedgerError as error:
            log.error("the ledger cannot be used", extra={"error": str(error)})  # noqa: TRY400 - a person's error
            self.vitals.failed = str(error)
        except Exception as error:
            log.exception("a look failed")
            self.vitals.failed = type(error).__name__
        self._began = None
        self._agenda.planned(due)
        self.vitals.next_wake = due

    def _reload(self) -> None:
        """Take over changed settings when they are valid; else say so once and keep the old ones."""
        try:
            fresh = self._fresh()
        except SettingsError as error:
            if self.vitals.settings_wrong != str(error):
                log.error("the settings were changed and are wrong; the old ones stay", extra={"error": str(error)})  # noqa: TRY400
            self.vitals.settings_wrong = str(error)
            return
        self.vitals.settings_wrong = None
        if fresh.digest != self.settings.digest:
            log.info("settings reloaded")
            self.settings = fresh

    def _fresh(self) -> Settings:
        fresh = read_folder(self.config)
        was = (self.settings.newsletter.id, str(self.settings.ledger), self.settings.daemon.status)
        if was != (fresh.newsletter.id, str(fresh.ledger), fresh.daemon.status):
            message = "newsletter.id, ledger and daemon.status are read at the start only"
            raise SettingsError(message, file=str(self.config), fix="start the daemon anew")
        return fresh


def run(config: Path, environ: Mapping[str, str]) -> int:
    """Run the daemon of the newsletter with these settings; signals are taken by the main thread alone."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
    return Daemon(config, environ).run()
