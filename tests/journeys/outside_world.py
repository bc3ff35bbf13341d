"""A small server that plays what others publish: feeds, calendars and pages, well, broken and hostile."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass
class Page:
    """What one path answers; ``etag`` makes it conditional, ``play`` writes the answer by hand."""

    body: bytes = b""
    kind: str = "text/html"
    status: int = 200
    etag: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    play: Callable[[BaseHTTPRequestHandler, Event], None] | None = None


@dataclass
class World:
    """The server: its address, its pages, and the requests that it saw as (method, path, conditional)."""

    url: str
    pages: dict[str, Page] = field(default_factory=dict)
    requests: list[tuple[str, str, bool]] = field(default_factory=list)
    closing: Event = field(default_factory=Event)

    def put(self, path: str, body: str | bytes, kind: str = "text/html", **more: Any) -> str:
        """Publish a page; its address."""
        content = body.encode() if isinstance(body, str) else body
        self.pages[path] = Page(body=content, kind=kind, **more)
        return self.url + path

    def asked(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(seen == path for _, seen, _ in self.requests)


class Patient(ThreadingHTTPServer):
    """A server that takes it calmly when somebody hangs up: that is what many of these tests are about."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report what is wrong with the server itself."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def world() -> Iterator[World]:
    """Serve on 127.0.0.1 until the end of the block."""
    server = Patient(("127.0.0.1", 0), _Handler)
    found = World(url=f"http://127.0.0.1:{server.server_port}")
    vars(server)["world"] = found
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer what the page says."""
        found: Any = vars(self.server)["world"]
        found.requests.append((self.command, self.path, "If-None-Match" in self.headers))
        page = found.pages.get(self.path, Page(status=404, body=b"nothing here"))
        if page.play:
            with suppress(OSError):
                page.play(self, found.closing)
            self.close_connection = True
        elif page.etag and self.headers.get("If-None-Match") == page.etag:
            self._answer(Page(status=304, etag=page.etag))
        else:
            self._answer(page)

    do_HEAD = do_GET  # noqa: N815 - the name that http.server asks for

    def _answer(self, page: Page) -> None:
        self.send_response(page.status)
        self.send_header("Content-Type", page.kind)
        self.send_header("Content-Length", str(len(page.body)))
        for name, value in {**page.headers, **({"ETag": page.etag} if page.etag else {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            with suppress(OSError):
                self.wfile.write(page.body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def silent(handler: BaseHTTPRequestHandler, closing: Event) -> None:
    """Take the request and never answer."""
    del handler
    closing.wait(30)


def endless(handler: BaseHTTPRequestHandler, closing: Event) -> None:
    """Send a header, then a little now and then, for ever."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\n\r\n")
    while not closing.is_set():
        handler.wfile.write(b"X" * 10)
        handler.wfile.flush()
        time.sleep(0.05)


def flood(handler: BaseHTTPRequestHandler, closing: Event) -> None:
    """Send as much as is taken."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n")
    while not closing.is_set():
        handler.wfile.write(b"X" * 1_000_000)
