"""Polite fetching of what others publish: bounded in time, size and redirects, from public addresses only."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from newsletter_bot import __version__
from newsletter_bot.errors import SourceError
from newsletter_bot.sources.addresses import Guard, shown_address
from newsletter_bot.sources.fields import is_web_address

if TYPE_CHECKING:
    import ssl

    import httpcore

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_PUBLIC = Guard()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a source may cost: seconds for all of it, bytes of its body (also unpacked), redirects; and who we are."""

    seconds: float = 10.0
    bytes: int = 5_000_000
    redirects: int = 5
    guard: Guard = _PUBLIC
    agent: str = f"newsletter-bot/{__version__} (reads feeds, calendars, images and links for a newsletter)"


class Fetched(NamedTuple):
    """What came back: ``status`` 304 when nothing changed; ``url`` after redirects; ``moved`` when it is there for good."""

    status: int
    url: str
    body: bytes
    media_type: str
    etag: str | None
    last_modified: str | None
    moved: bool = False
    charset: str | None = None


class _Trip(NamedTuple):
    method: str
    limits: Limits
    headers: Mapping[str, str]
    read: bool = True


def fetch(
    address: str,
    *,
    limits: Limits | None = None,
    etag: str | None = None,
    last_modified: str | None = None,
    accept: str = "*/*",
) -> Fetched:
    """The body behind an http(s) address; status 200, or 304 with an empty body when it is as ``etag`` or date say.

    Raises SourceError, which names the address without user, password and query, for everything else.
    """
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = {"Accept": accept, **{name: value for name, value in conditions.items() if value}}
    found = ask(address, limits=limits, headers=headers)
    if found.status not in {200, 304}:
        fix = "check the address" if found.status in {404, 410} else "try again later, or check the address"
        raise _failure(address, f"the server answered {found.status}", fix)
    return found


def ask(
    address: str,
    *,
    method: str = "GET",
    limits: Limits | None = None,
    headers: Mapping[str, str] | None = None,
    read: bool = True,
) -> Fetched:
    """The answer to one request, redirects followed, whatever its status; raises SourceError when there is none.

    Without ``read`` the body is left where it is: enough to know whether a page is there, however large it is.
    """
    trip = _Trip(method, limits or Limits(), headers or {}, read)
    try:
        return _travel(address, trip)
    except (ValueError, zlib.error) as error:
        raise _failure(address, "the answer is no proper HTTP", "check the address") from error


def _travel(address: str, trip: _Trip) -> Fetched:
    import httpcore

    from newsletter_bot.sources.wire import ForbiddenError, GuardedBackend

    limits = trip.limits
    backend = GuardedBackend(limits.guard, limits.seconds)
    try:
        with httpcore.ConnectionPool(ssl_context=_trust(address), network_backend=backend) as pool:
            return _follow(pool, address, trip)
    except ForbiddenError as error:
        fix = "set network.allow_private to true if you trust it"
        raise _failure(address, f"refused: {error}", fix) from error
    except httpcore.TimeoutException as error:
        raise _failure(address, f"no full answer within {limits.seconds:g} s", "try again later") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        reason = str(error).partition("\n")[0][:120] or type(error).__name__
        raise _failure(address, f"no answer: {reason}", "check the address and the network") from error


def _trust(address: str) -> ssl.SSLContext | None:
    """One context for the process, because it takes longer to make than most answers."""
    return _authorities() if address[:6].lower() == "https:" else None


@cache
def _authorities() -> ssl.SSLContext:
    import httpcore

    return httpcore.default_ssl_context()


def _follow(pool: httpcore.ConnectionPool, address: str, trip: _Trip) -> Fetched:
    current = address
    moved = True
    for _ in range(trip.limits.redirects + 1):
        found, target = _request(pool, current, trip, secret=_same_host(current, address))
        if target is None:
            return found._replace(url=current, moved=moved and current != address)
        moved = moved and found.status in _PERMANENT
        current = urljoin(current, target)
        if not is_web_address(current):
            raise _failure(address, "it leads on to what is no http(s) address", "check the address")
    raise _failure(address, f"more than {trip.limits.redirects} redirects", "check the address")


def _request(pool: httpcore.ConnectionPool, address: str, trip: _Trip, *, secret: bool) -> tuple[Fetched, str | None]:
    """One request; where the answer points elsewhere, that address too. ``secret``: credentials may be sent."""
    if not is_web_address(address):
        raise _failure(address, "this is no http(s) address", "begin it with https:// and the host's name")
    wait = trip.limits.seconds
    extensions = {"timeout": {"connect": wait, "read": wait, "write": wait, "pool": wait}}
    sent = _headers(address, trip, secret=secret)
    with pool.stream(trip.method, _ascii(address), headers=sent, extensions=extensions) as answer:
        said = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
        target = said.get("location") if answer.status in _REDIRECTS else None
        wanted = trip.read and target is None and trip.method != "HEAD" and answer.status == 200
        body = _body(answer.iter_stream(), said, address, trip.limits) if wanted else b""
    media_type, _, rest = said.get("content-type", "").partition(";")
    charset = rest.partition("charset=")[2].strip(" \"'").lower() or None
    kind = media_type.strip().lower()
    found = Fetched(answer.status, address, body, kind, said.get("etag"), said.get("last-modified"), charset=charset)
    return found, target


def _headers(address: str, trip: _Trip, *, secret: bool) -> list[tuple[bytes, bytes]]:
    from base64 import b64encode

    parts = urlsplit(address)
    host = _ascii(address).partition("//")[2].partition("/")[0]
    headers = {"Host": host, "User-Agent": trip.limits.agent, "Accept-Encoding": "gzip, deflate", **trip.headers}
    if parts.username and secret:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = "Basic " + b64encode(pair.encode()).decode()
    return [(name.encode("ascii"), _one_line(value)) for name, value in headers.items()]


def _one_line(value: str) -> bytes:
    return "".join(letter for letter in value if letter.isprintable()).encode("latin-1", "ignore")


def _ascii(address: str) -> str:
    """The address as it is sent: without credentials, the host in ASCII, the rest percent-encoded."""
    from urllib.parse import quote

    parts = urlsplit(address)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii") if not host.isascii() else host
    port = f":{parts.port}" if parts.port else ""
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = f"?{quote(parts.query, safe='/?%:@!$&()*+,;=~-._' + chr(39))}" if parts.query else ""
    return f"{parts.scheme.lower()}://{host}{port}{path}{query}"


def _same_host(one: str, other: str) -> bool:
    first, second = urlsplit(one), urlsplit(other)
    return (first.scheme, first.hostname, first.port) == (second.scheme, second.hostname, second.port)


def _body(chunks: Iterable[bytes], said: Mapping[str, str], address: str, limits: Limits) -> bytes:
    length = said.get("content-length", "")
    if length.isdigit() and int(length) > limits.bytes:
        raise _too_large(address, limits)
    unpack = _Unpacker(said.get("content-encoding", "").strip().lower(), limits.bytes)
    body = bytearray()
    received = 0
    for chunk in chunks:
        received += len(chunk)
        body += unpack(chunk)
        if max(received, len(body)) > limits.bytes:
            raise _too_large(address, limits)
    return bytes(body)


class _Unpacker:
    """Unpacks a body piece by piece, never much more of it than may be kept."""

    def __init__(self, encoding: str, limit: int) -> None:
        if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise ValueError(f"unknown content encoding {encoding:.20}")
        self._limit = limit
        self._raw_tried = encoding != "deflate"
        self._stream = zlib.decompressobj(47) if encoding not in {"", "identity"} else None

    def __call__(self, chunk: bytes) -> bytes:
        if self._stream is None:
            return chunk
        try:
            return self._stream.decompress(chunk, self._limit + 1)
        except zlib.error:
            if self._raw_tried:
                raise
            self._raw_tried = True  # some servers send deflate without its header
            self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
            return self._stream.decompress(chunk, self._limit + 1)
        finally:
            self._raw_tried = True


def _too_large(address: str, limits: Limits) -> SourceError:
    return _failure(address, f"the answer is larger than {limits.bytes / 1e6:g} MB", "use a smaller source")


def _failure(address: str, message: str, fix: str) -> SourceError:
    return SourceError(message, file=shown_address(address), fix=fix)
