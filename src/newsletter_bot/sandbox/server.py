"""Serves the sandbox on this machine, in threads, so that a slow answer holds up nobody else."""

from __future__ import annotations

import socket
import struct
import threading
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from newsletter_bot.sandbox.app import create_app
from newsletter_bot.sandbox.clock import Clock
from newsletter_bot.sandbox.state import Sandbox

BACKLOG = 128
POLL_SECONDS = 0.02


class _Handler(WSGIRequestHandler):
    """Says nothing on standard error: the log of requests is the control API's."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  the overridden name
        """Keeps quiet about requests."""

    def connection_dropped(self, error: BaseException, environ: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Waits for no further request on a connection that a fault has cut."""
        self.close_connection = True

    def version_string(self) -> str:
        """Names no software of ours."""
        return "sandbox"

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Dates answers by the clock of the services, as their feeds and posts are: one service has one time."""
        assert isinstance(self.server, _Threads)
        moment = self.server.clock.now() if timestamp is None else datetime.fromtimestamp(timestamp, UTC)
        return format_datetime(moment, usegmt=True)


class _Threads(ThreadedWSGIServer):
    """A threaded server whose connections can be reset as well as closed."""

    clock: Clock

    def shutdown_request(self, request: Any) -> None:
        """Closes; without a farewell when a fault has asked for a reset."""
        linger = request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.calcsize("ii"))
        if struct.unpack("ii", linger)[0]:
            self.close_request(request)
        else:
            super().shutdown_request(request)


class Server:
    """A running sandbox: ``url``, ``port``, ``state`` and ``close()``; also a context manager."""

    def __init__(self, host: str, port: int, state: Sandbox) -> None:
        # Bound here, because werkzeug ends the process when the port is taken
        with socket.create_server((host, port), backlog=BACKLOG) as bound:
            self._server = _Threads(host, bound.getsockname()[1], create_app(state), _Handler, fd=bound.fileno())
        self._server.clock = state.clock
        self.state = state
        self.port = int(self._server.port)
        self.url = f"http://{host}:{self.port}"
        serve = self._server.serve_forever
        self._thread = threading.Thread(target=serve, args=(POLL_SECONDS,), name="sandbox", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops taking requests and gives up delayed ones; a second call does nothing."""
        self.state.closing.set()
        self._server.shutdown()
        self._thread.join()

    def wait(self) -> None:
        """Blocks until it is closed."""
        while self._thread.is_alive():
            self._thread.join(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def serve(
    host: str = "127.0.0.1", port: int = 0, *, state: Sandbox | None = None, directory: Path | None = None
) -> Server:
    """Starts a sandbox; port 0 takes a free one. OSError when the port is taken.

    ``directory`` keeps what is stored across restarts; it is for a sandbox made here, a given ``state`` has its own.
    """
    return Server(host, port, state if state is not None else Sandbox(directory=directory))
