"""A real daemon process beside a writer's folder: started, watched through its log and status page, stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from writer_stage import Writer

PATIENCE = 20.0
"""Seconds in which anything that is waited for must have come; it usually takes a tenth of one."""
SOURCES = str(Path(__file__).parents[2] / "src")
WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def until(true: Callable[[], Any], what: str, *, seconds: float = PATIENCE) -> Any:
    """Wait for a condition; its value. Fails when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = true()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"did not come true within {seconds} s: {what}")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as wire:
        wire.bind(("127.0.0.1", 0))
        return int(wire.getsockname()[1])


def noon_zone(now: datetime) -> str:
    """A zone in which it is about noon, so that no test runs over midnight."""
    ahead = 12 - now.hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/UTC"


def at(writer: Writer, due: datetime, *, more: str = "", daemon: str = "", substack: str = "", medium: str = "") -> int:
    """Write settings with a slot a day at this moment (to the second) and a status page; its port.

    The daemon lives by the machine's clock, and so do the services then.
    """
    writer.sandbox.clock.reset()
    port = free_port()
    zone = noon_zone(datetime.now(UTC))
    local = due + timedelta(hours=12 - datetime.now(UTC).hour)
    writer.configure(substack=substack, medium=medium, more=more)
    path = writer.folder / "schedule.yaml"
    text = path.read_text("utf-8")
    text = text.replace("timezone: Europe/Lisbon", f"timezone: {zone}")
    text = text.replace("every: week, day: wednesday", f"every: [{', '.join(WEEK)}]")
    text = text.replace('time: "09:00"', f'time: "{local:%H:%M:%S}", grace: 10m, missed_limit: 1h')
    said = f"daemon: {{status: '127.0.0.1:{port}', quiet: 200ms{daemon}}}"
    path.write_text(text.replace("daemon: {status: off}", said), "utf-8")
    return port


class Running:
    """A daemon process."""

    def __init__(self, writer: Writer, port: int, *words: str, **environ: str) -> None:
        self.port = port
        self.lines: list[dict[str, Any]] = []
        self.other: list[str] = []
        usual = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSLETTER", "NOTIFY"))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "newsletter_bot", "--log-json", *words, "daemon"],
            cwd=writer.folder,
            env={**usual, **writer.environ, "PYTHONPATH": SOURCES, **environ},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            try:
                self.lines.append(json.loads(line))
            except ValueError:
                self.other.append(line)

    def events(self) -> list[str]:
        """What the log says."""
        return [line["event"] for line in list(self.lines)]

    def said(self, event: str, times: int = 1) -> None:
        """Wait until the log has said this so often."""
        until(lambda: self.events().count(event) >= times, f"log: {event} (it has {self.events()}, {self.other})")

    def page(self, path: str) -> tuple[int, str]:
        """A page of the status server; 0 while it does not answer."""
        import httpx

        try:
            answer = httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=5)
        except httpx.HTTPError:
            return 0, ""
        return answer.status_code, answer.text

    def metric(self, name: str) -> float:
        """A figure of the metrics page."""
        lines = [line for line in self.page("/metrics")[1].splitlines() if line.startswith(f"newsletter_bot_{name} ")]
        return float(lines[0].split()[1]) if lines else -1

    def looks(self) -> int:
        """How often it has looked."""
        return int(self.metric("ticks_total"))

    def ready(self) -> None:
        """Wait until it has looked once."""
        until(lambda: self.process.poll() is not None or self.looks() >= 1, f"a first look ({self.events()})")
        assert self.process.poll() is None, self.other

    def settled(self, seconds: float = 0.6) -> int:
        """Wait until it has not looked for so long; how often it has."""
        looks, since = self.looks(), time.monotonic()
        while time.monotonic() - since < seconds:
            time.sleep(0.05)
            if (now := self.looks()) != looks:
                looks, since = now, time.monotonic()
        return looks

    def push(self, number: int) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def stop(self) -> int:
        """SIGTERM, and its exit code."""
        self.push(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@contextmanager
def daemon(writer: Writer, port: int, *words: str, **environ: str) -> Generator[Running]:
    """A daemon that is stopped in the end."""
    running = Running(writer, port, *words, **environ)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.process.wait(PATIENCE)


@contextmanager
def listener(code: Callable[[], int] = lambda: 200) -> Generator[tuple[str, list[dict[str, Any]]]]:
    """Somebody who can be told things: an address for apprise, and what was heard."""
    heard: list[dict[str, Any]] = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status = code()
            if status < 300:
                heard.append(json.loads(body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"json://127.0.0.1:{server.server_port}/", heard
    finally:
        server.shutdown()
        server.server_close()
