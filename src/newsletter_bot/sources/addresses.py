"""Addresses on the network: which of them are public, how a host's are found, and how one is shown to a person."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from threading import Thread
from typing import NamedTuple, TypeAlias
from urllib.parse import urlsplit, urlunsplit

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class PrivateAddressError(OSError):
    """The host is not on the public network."""


class Guard(NamedTuple):
    """Which hosts may be spoken to: public ones, and others only when ``allow_private`` or when they are named."""

    allow_private: bool = False
    named: frozenset[str] = frozenset()

    def permits(self, address: str) -> bool:
        """Whether a connection to this numeric address may be opened."""
        return self.allow_private or address in self.named or is_public(address)


def is_public(address: str) -> bool:
    """Whether a numeric address is one of the public network, also when it is wrapped in another."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return not any(_is_special(one) for one in _unwrapped(found))


def _is_special(address: Address) -> bool:
    """Whether an address belongs to a network of its own, to many, or to nobody."""
    local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return local or not address.is_global or address.is_multicast or address.is_reserved


def _unwrapped(address: Address) -> Collection[Address]:
    """The address, or the IPv4 address that it stands for (mapped, 6to4, Teredo, NAT64)."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address in _NAT64:
        return (ipaddress.IPv4Address(int(address) & 0xFFFFFFFF),)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    return address.teredo or (address,)


def resolve(host: str, port: int, *, guard: Guard, seconds: float) -> list[str]:
    """Numeric addresses of a host, each of them permitted; raises OSError, PrivateAddressError or TimeoutError."""
    found = _ask(host, port, seconds)
    refused = [address for address in found if not guard.permits(address)]
    if refused:
        raise PrivateAddressError(f"{host} is at the private address {refused[0]}")
    return found


def _ask(host: str, port: int, seconds: float) -> list[str]:
    """The resolver of the system has no time limit of its own, so it is waited for beside it."""
    answers: list[list[str] | OSError] = []

    def look_up() -> None:
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.append(list(dict.fromkeys(str(info[4][0]) for info in infos)))
        except (OSError, UnicodeError) as error:
            answers.append(error if isinstance(error, OSError) else OSError(f"{host:.60} is no host name"))

    thread = Thread(target=look_up, daemon=True, name="resolver")
    thread.start()
    thread.join(max(0.0, seconds))
    if not answers:
        raise TimeoutError("the host's address was not found in time")
    answer = answers[0]
    if isinstance(answer, OSError):
        raise answer
    return answer


def shown_address(address: str) -> str:
    """The address without user, password, query and fragment: any of them may hold a secret."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an address that cannot be read"
    host = f"[{host}]" if ":" in host else host
    shown = urlunsplit((parts.scheme, host + port, parts.path, "", ""))
    return "".join(letter if letter.isprintable() else "?" for letter in shown)[:200]
