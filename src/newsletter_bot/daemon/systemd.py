"""The service manager is told when we are ready, alive and stopping (the protocol of sd_notify)."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Mapping

log = logging.getLogger(__name__)


def notify(environ: Mapping[str, str], message: str) -> None:
    """Send one message, such as READY=1; without a service manager nothing happens."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as wire:
            wire.connect(address)
            wire.sendall(message.encode())
    except OSError as error:
        log.warning("the service manager could not be told", extra={"error": str(error)})


def watchdog_seconds(environ: Mapping[str, str]) -> float | None:
    """How often the service manager wants a sign of life, halved to be on the safe side; None: not at all."""
    said = environ.get("WATCHDOG_USEC", "")
    ours = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(said) / 2_000_000 if said.isdecimal() and int(said) and ours else None
