"""Faults on demand: which answer goes wrong, how, and how often.

A fault is written ``ROUTE=KIND[:COUNT][,KEY=VALUE]...``, for example ``substack.publish=lose_answer:1``,
``medium.*=status:2,code=503,body=html`` or ``POST /v1/images=429:*,retry_after=30``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from fnmatch import fnmatchcase


class Kind(StrEnum):
    """What goes wrong."""

    LOSE_ANSWER = "lose_answer"  # carried out, then the connection is closed without an answer
    RESET_BEFORE = "reset_before"  # the connection is reset, nothing is carried out
    STATUS = "status"  # answered with ``code``, nothing is carried out
    STATUS_AFTER = "status_after"  # carried out, then answered with ``code``
    RATE_LIMIT = "429"  # answered with 429, nothing is carried out
    CHALLENGE = "challenge"  # answered with a bot check (403, HTML), nothing is carried out
    DELAY_BEFORE = "delay_before"  # waits ``seconds``, then carries out and answers
    DELAY_AFTER = "delay_after"  # carries out, waits ``seconds``, then answers
    GARBAGE = "garbage"  # carried out, answered with 200 and an unreadable body
    SLOW_BODY = "slow_body"  # carried out, the body arrives in drops over ``seconds``
    TRUNCATE = "truncate"  # carried out, the connection is closed in the middle of the body


ALIASES = {
    "delay": Kind.DELAY_BEFORE,
    "reset": Kind.RESET_BEFORE,
    "lost": Kind.LOSE_ANSWER,
    "rate_limit": Kind.RATE_LIMIT,
}
ROUTES = (
    *(
        f"substack.{name}"
        for name in [
            "login",
            "profile",
            "forbidden",
            "settings",
            "handles",
            "public_profile",
            "subscription",
            "subscriptions",
            "publication",
            "users",
            "launch",
            "sections",
            "tags",
            "tag",
            "categories",
            "create",
            "list",
            "read",
            "update",
            "delete",
            "prepublish",
            "publish",
            "unpublish",
            "schedule",
            "unschedule",
            "duplicate",
            "counts",
            "detail",
            "image",
            "picture",
            "archive",
            "post",
            "feed",
            "page",
            "editor",
            "note",
        ]
    ),
    *(
        f"medium.{name}"
        for name in [
            "me",
            "publications",
            "contributors",
            "post",
            "image",
            "token",
            "authorize",
            "feed",
            "page",
            "editor",
        ]
    ),
)
"""The names of all routes."""
BODIES = ("json", "html", "text", "empty")
CREATING = "substack.create|medium.post"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
DEFAULT_CODES = {Kind.STATUS: 503, Kind.STATUS_AFTER: 502, Kind.RATE_LIMIT: 429, Kind.CHALLENGE: 403}
SYNTAX = "a fault is written ROUTE=KIND[:COUNT][,KEY=VALUE]..., such as substack.publish=lose_answer:1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that shall go wrong.

    ``route`` is a route's name, a pattern of names (``substack.*``, alternatives joined by ``|``) or a path pattern that
    starts with ``/``. The first ``skip`` requests that fit pass unharmed, then ``count`` (None: all) are hit.
    ``seconds`` is the length of a delay, ``retry_after`` is seconds, ``date`` or ``date+SECONDS``, ``absurd`` or None.
    """

    route: str
    kind: Kind
    method: str | None = None
    count: int | None = 1
    skip: int = 0
    code: int = 0
    body: str = "json"
    seconds: float = 1.0
    retry_after: str | None = None

    def fits(self, route: str, method: str, path: str) -> bool:
        """Whether this request is meant."""
        if self.method is not None and self.method != method:
            return False
        return any(fnmatchcase(path if part.startswith("/") else route, part) for part in self.route.split("|"))

    @property
    def status(self) -> int:
        """The status to answer with."""
        return self.code or DEFAULT_CODES.get(self.kind, 200)

    def as_dict(self) -> dict[str, object]:
        """What the control API shows."""
        return {**asdict(self), "kind": self.kind.value, "code": self.status}


def parse_fault(text: str) -> Fault:
    """The fault that a person wrote; ValueError says what is wrong and how it should look."""
    where, equals, what = text.strip().partition("=")
    if not (equals and where.strip() and what.strip()):
        raise ValueError(f"{text!r} is no fault: {SYNTAX}")
    method, route = _where(where.strip())
    _check_route(route)
    head, *options = (part.strip() for part in what.split(","))
    name, _, count = head.partition(":")
    fault = Fault(route=route, method=method, kind=_kind(name), count=_count(count) if count else 1)
    for option in options:
        fault = _with_option(fault, option)
    return fault


def _where(text: str) -> tuple[str | None, str]:
    first, _, rest = text.partition(" ")
    if rest and first.upper() in METHODS:
        return first.upper(), rest.strip()
    if " " in text:
        raise ValueError(f"{first!r} is no HTTP method; give one of {', '.join(METHODS)} or only the route")
    return None, text


def _check_route(pattern: str) -> None:
    for part in pattern.split("|"):
        if part.startswith("/") or any(fnmatchcase(name, part) for name in ROUTES):
            continue
        near = get_close_matches(part, ROUTES, n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise ValueError(f"{part!r} names no route{hint}; there are: {', '.join(ROUTES)}, or a path that starts with /")


def _kind(name: str) -> Kind:
    wanted = name.strip().lower().replace("-", "_")
    if wanted in ALIASES:
        return ALIASES[wanted]
    try:
        return Kind(wanted)
    except ValueError:
        near = get_close_matches(wanted, [*Kind, *ALIASES], n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise ValueError(f"{name!r} is no kind of fault{hint}; there are: {', '.join(Kind)}") from None


def _count(text: str) -> int | None:
    if text == "*":
        return None
    return _whole(text, "the count", least=1)


def _whole(text: str, what: str, *, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        raise ValueError(f"{what} must be a whole number from {least} on, not {text!r}")
    return int(text)


def _with_option(fault: Fault, option: str) -> Fault:
    key, _, value = option.partition("=")
    reader = _READERS.get(key.strip())
    if reader is None:
        raise ValueError(f"{key!r} is no option of a fault; there are: {', '.join(_READERS)}")
    return reader(fault, value.strip())


def _code(fault: Fault, value: str) -> Fault:
    code = _whole(value, "code", least=200)
    if code > 599:
        raise ValueError(f"code must be an HTTP status from 200 to 599, not {value!r}")
    return replace(fault, code=code)


def _body(fault: Fault, value: str) -> Fault:
    if value not in BODIES:
        raise ValueError(f"body must be one of {', '.join(BODIES)}, not {value!r}")
    return replace(fault, body=value)


def _seconds(fault: Fault, value: str) -> Fault:
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3600:
        raise ValueError(f"seconds must be a number from 0 to 3600, not {value!r}")
    return replace(fault, seconds=seconds)


def _retry_after(fault: Fault, value: str) -> Fault:
    if value == "none":
        return replace(fault, retry_after=None)
    if value in {"date", "absurd"} or value.removeprefix("date+").isdecimal():
        return replace(fault, retry_after=value)
    raise ValueError(f"retry_after must be seconds, date, date+SECONDS, absurd or none, not {value!r}")


_READERS: dict[str, Callable[[Fault, str], Fault]] = {
    "count": lambda fault, value: replace(fault, count=_count(value)),
    "skip": lambda fault, value: replace(fault, skip=_whole(value, "skip", least=0)),
    "code": _code,
    "body": _body,
    "seconds": _seconds,
    "retry_after": _retry_after,
}


@dataclass(slots=True)
class _Armed:
    fault: Fault
    skip: int
    left: int | None
    hits: int = 0

    def take(self) -> bool:
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.left is not None:
            if self.left == 0:
                return False
            self.left -= 1
        self.hits += 1
        return True


class Faults:
    """The faults that lie in wait; each request takes at most one, and counting is exact under concurrency."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault | str) -> None:
        """Arms a fault, given as an object or as text."""
        parsed = parse_fault(fault) if isinstance(fault, str) else fault
        with self._lock:
            self._armed.append(_Armed(parsed, parsed.skip, parsed.count))

    def take(self, route: str, method: str, path: str) -> Fault | None:
        """The fault that hits this request, counted down; None for most."""
        with self._lock:
            for armed in self._armed:
                if armed.fault.fits(route, method, path) and armed.take():
                    return armed.fault
        return None

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._armed.clear()

    def listing(self) -> list[dict[str, object]]:
        """Every fault with what is left of it and how often it hit."""
        with self._lock:
            return [{**item.fault.as_dict(), "left": item.left, "hits": item.hits} for item in self._armed]
