"""The enumerations of the glossary, and the digest by which texts are known."""

from __future__ import annotations

import hashlib
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class State(StrEnum):
    """Where a delivery stands."""

    DUE = "due"
    SENDING = "sending"
    UNCONFIRMED = "unconfirmed"
    REFUSED = "refused"
    DELIVERED = "delivered"
    RETRACTED = "retracted"


class Visibility(StrEnum):
    """Who can see the post on its platform."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLIC = "public"


class Audience(StrEnum):
    """For whom the issue is meant."""

    EVERYONE = "everyone"
    PAID = "paid"


class Holds(StrEnum):
    """What can stand within a part of a platform's text."""

    ANYTHING = "anything"
    TEXT_AND_LISTS = "text and lists"
    TEXT = "text"


class Action(StrEnum):
    """What publishing would do for one publication now."""

    CREATE = "create"
    UPDATE = "update"
    NONE = "none"
    WAIT = "wait"
    HOLD = "hold"


class Operation(StrEnum):
    """What the request under way is about."""

    CREATE = "create"
    UPDATE = "update"
    RETRACT = "retract"


class Format(StrEnum):
    """The languages in which a rendition can be written."""

    SUBSTACK = "substack"
    MEDIUM = "medium"
    HTML = "html"
    EMAIL = "email"
    COMMONMARK = "commonmark"
    GFM = "gfm"
    DEV = "dev"
    HASHNODE = "hashnode"
    PLAIN = "plain"
    ANNOUNCEMENT = "announcement"


class Certainty(StrEnum):
    """How surely a lost answer can be settled on a platform."""

    KEYED = "keyed"
    LOOKUP = "lookup"
    BLIND = "blind"


class ImageWay(StrEnum):
    """How a platform takes images."""

    LINKED = "linked"
    UPLOADED = "uploaded"
    NONE = "none"


def digest_of(text: str | bytes) -> str:
    """SHA-256 of text (UTF-8) or bytes, as 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text).hexdigest()
