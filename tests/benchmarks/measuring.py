"""Work measured side by side: runs interleaved, medians kept, the CPU of whole processes read from the kernel."""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROUNDS = 7


@dataclass(frozen=True, kw_only=True)
class Line:
    """One comparison of the table: what was done, what it took us, what it took the other, and what was promised."""

    row: str
    work: str
    unit: str
    ours: float | None
    against: str
    theirs: float | None = None
    threshold: float | None = None
    limit: bool = False
    """Whether the other is what the machine allows, not a peer."""
    skipped: str | None = None

    @property
    def ratio(self) -> float | None:
        """Ours by theirs; without a counterpart our own figure."""
        if self.ours is None:
            return None
        return self.ours / self.theirs if self.theirs else self.ours

    @property
    def verdict(self) -> str:
        """Whether the promise is held."""
        if self.skipped:
            return f"skipped: {self.skipped}"
        if self.threshold is None or self.ratio is None:
            return "told"
        return "holds" if self.ratio <= self.threshold else "MISSED"


@dataclass(frozen=True)
class Spent:
    """What a whole process took, in seconds; ``wall`` from its start to its end."""

    cpu: float
    wall: float


@dataclass(frozen=True, kw_only=True)
class Command:
    """A process to be measured."""

    words: Sequence[str | Path]
    folder: Path
    environ: Mapping[str, str]
    codes: tuple[int, ...] = (0,)

    def run(self) -> Spent:
        """Run it to its end."""
        began = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in self.words],
            cwd=self.folder,
            env=dict(self.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()
        if process.returncode not in self.codes:
            raise RuntimeError(
                f"{self.words[0]} ended with {process.returncode}: {said[-2000:].decode(errors='replace')}"
            )
        return Spent(usage.ru_utime + usage.ru_stime, wall)

    def cpu(self) -> float:
        """CPU seconds of one run."""
        return self.run().cpu

    def wall(self) -> float:
        """Seconds on the wall of one run."""
        return self.run().wall


def in_turn(work: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median of each kind of work, run one after the other and round after round so that all meet the same machine."""
    found: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, measure in work.items():
            found[name].append(measure())
    return {name: statistics.median(values) for name, values in found.items()}


def cpu_of(work: Callable[[], Any]) -> Callable[[], float]:
    """A measure of the CPU seconds that work takes within this process."""

    def measure() -> float:
        gc.collect()
        began = time.process_time()
        work()
        return time.process_time() - began

    return measure


def wall_of(work: Callable[[], Any]) -> Callable[[], float]:
    """A measure of the seconds on the wall that work takes within this process."""

    def measure() -> float:
        gc.collect()
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    return measure


def in_ms(seconds: float) -> float:
    """Seconds as milliseconds."""
    return 1000 * seconds
