"""A pulse of its own: signs of life for the service manager while looks end in time, and an eye on the machine's clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

LONGEST_BEAT = 60.0
"""Seconds after which a machine that slept, or a clock that was set, is noticed at the latest."""
JUMP = 5.0
"""Seconds by which the clock must be off to have been set, or the machine to have slept."""


class Heart:
    """Beats in a thread until it is stopped.

    ``alive`` says whether all is well; ``sign`` gives the sign of life and is not called otherwise; ``jumped`` is called
    when the wall clock did not go as the steady one did. ``beat`` is in seconds.
    """

    def __init__(
        self, beat: float, *, alive: Callable[[], bool], sign: Callable[[], None], jumped: Callable[[float], None]
    ) -> None:
        self._beat = beat
        self._alive = alive
        self._sign = sign
        self._jumped = jumped
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)

    def start(self) -> None:
        """Begin to beat, with one sign at once."""
        self._thread.start()

    def stop(self) -> None:
        """Beat no more."""
        self._stopped.set()

    def _run(self) -> None:
        offset = self._offset()
        while True:
            if self._alive():
                self._sign()
            if self._stopped.wait(self._beat):
                return
            moved, offset = self._offset() - offset, self._offset()
            if abs(moved) > JUMP:
                self._jumped(moved)

    @staticmethod
    def _offset() -> float:
        """How far the wall clock is from the steady one, which stands still while the machine sleeps."""
        return time.time() - time.monotonic()
