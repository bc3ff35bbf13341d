"""The wire under ``fetch``: connections only to addresses that were checked, nothing after the deadline."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from newsletter_bot.sources.addresses import Guard, PrivateAddressError, resolve


class ForbiddenError(Exception):
    """The host may not be spoken to."""


class _Clock:
    """One deadline for everything that a fetch does."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def left(self, wanted: float | None = None) -> float:
        """Seconds until the deadline, never more than wanted; raises when it has passed."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the deadline has passed")
        return left if wanted is None else min(left, wanted)


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every wait ends at the deadline: a server that sends a byte a second gains nothing."""

    def __init__(self, stream: httpcore.NetworkStream, clock: _Clock) -> None:
        self._stream = stream
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._clock.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._clock.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._clock.left(timeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves a host, checks every address, and connects to one that was checked: a second answer changes nothing."""

    def __init__(self, guard: Guard, seconds: float) -> None:
        self._guard = guard
        self._clock = _Clock(seconds)
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first permitted address that answers."""
        try:
            addresses = resolve(host, port, guard=self._guard, seconds=self._clock.left(timeout))
        except PrivateAddressError as error:
            raise ForbiddenError(str(error)) from error
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(f"the host {host:.100} is not known") from error
        failure: Exception = httpcore.ConnectError("the host has no address")
        for address in addresses[:4]:
            try:
                left = self._clock.left(timeout)
                stream = self._backend.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._clock)
        raise failure

    def sleep(self, seconds: float) -> None:
        """Waits, though not past the deadline."""
        time.sleep(self._clock.left(seconds))
