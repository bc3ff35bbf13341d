"""A post as Substack's own object tells it: one object from draft to published, under one id."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from newsletter_bot.model import Receipt, Visibility, digest_of
from newsletter_bot.platforms.substack._document import canonical, lines_of

_COMPARED = ("draft_title", "draft_subtitle", "draft_body", "audience", "write_comment_permissions", "draft_section_id")
"""What a person may change there and an update would change back."""
_WORDS = {
    "draft_title": "title",
    "draft_subtitle": "subtitle",
    "draft_body": "text",
    "write_comment_permissions": "comments",
    "draft_section_id": "section",
    "cover_image": "cover",
}


@dataclass(frozen=True, slots=True)
class Post:
    """Substack's object, asked in our words."""

    record: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Its number, as text."""
        return str(self.record.get("id", ""))

    @property
    def is_published(self) -> bool:
        """Whether it is public there."""
        return self.record.get("is_published") is True

    @property
    def was_mailed(self) -> bool:
        """Whether it went to the subscribers by mail, now or ever."""
        return bool(self.record.get("email_sent_at"))

    @property
    def release_at(self) -> datetime | None:
        """When Substack's own scheduler releases it."""
        schedules = self.record.get("postSchedules")
        queued = schedules[0] if isinstance(schedules, list) and schedules and isinstance(schedules[0], dict) else {}
        return moment(self.record.get("trigger_at") or queued.get("trigger_at"))

    @property
    def visibility(self) -> Visibility:
        """Published, else scheduled when a release is set, else a draft."""
        if self.is_published:
            return Visibility.PUBLIC
        return Visibility.SCHEDULED if self.release_at else Visibility.DRAFT

    @property
    def created_at(self) -> datetime | None:
        """When it was begun, by Substack's clock."""
        return moment(self.record.get("draft_created_at"))

    @property
    def slug(self) -> str:
        """The last part of its public address, once it has one."""
        return str(self.record.get("slug") or "")

    @property
    def live_is_current(self) -> bool:
        """Whether readers surely see what the draft copy says."""
        shown = (self.record.get("title"), self.record.get("subtitle") or "", canonical(self.record.get("body")))
        text = canonical(self.record.get("draft_body"))
        return shown == (self.record.get("draft_title"), self.record.get("draft_subtitle") or "", text)

    def mismatches(self, fields: Mapping[str, Any]) -> list[str]:
        """Which of these fields hold something else there; one that the object does not show is trusted."""
        return [
            _WORDS.get(name, name)
            for name, value in fields.items()
            if name in self.record
            and name != "section_chosen"
            and _plain(name, self.record[name]) != _plain(name, value)
        ]

    def fingerprint(self) -> str:
        """Changes when a person changes the text or its settings there."""
        return digest_of(json.dumps({name: _plain(name, self.record.get(name)) for name in _COMPARED}, sort_keys=True))

    def difference(self, wanted: Mapping[str, Any]) -> str:
        """From what stands there to what we would write, as a unified diff for a person."""
        ours = {**{name: self.record.get(name) for name in _COMPARED}, **wanted}
        return "\n".join(difflib.unified_diff(_told(self.record), _told(ours), "there", "here", lineterm=""))

    def receipt(self, root: str, look: Look, *, mailed: bool = False) -> Receipt:
        """Proof of the post as it stands; a post that is not public has the editor's address."""
        public = self.visibility is Visibility.PUBLIC
        return Receipt(
            remote_id=self.id,
            url=self._public_url(root) if public else f"{root}/publish/post/{self.id}",
            visibility=self.visibility,
            version=look.dumped(),
            public_at=moment(self.record.get("post_date")) if public else None,
            release_at=self.release_at if not public else None,
            mailed=mailed or self.was_mailed,
        )

    def _public_url(self, root: str) -> str:
        canonical_url = self.record.get("canonical_url")
        if isinstance(canonical_url, str) and canonical_url.startswith(("https://", "http://")):
            return canonical_url
        return f"{root}/p/{self.slug}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What our last look saw: the fingerprint of the text, and which tags and extra fields are there because of us."""

    text: str
    tags: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict[str, str])

    def dumped(self) -> str:
        """As the version of a receipt."""
        return json.dumps({"text": self.text, "tags": self.tags, "extra": dict(self.extra)}, sort_keys=True)


def look_of(version: str | None) -> Look:
    """The look that a receipt's version remembers; one that nobody wrote matches nothing."""
    try:
        kept = json.loads(version or "{}")
        return Look(text=str(kept.get("text", "")), tags=tuple(kept.get("tags", ())), extra=dict(kept.get("extra", {})))
    except (ValueError, TypeError, AttributeError):
        return Look(text="")


def moment(text: object) -> datetime | None:
    """An ISO time of the service; None when it is none."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def _plain(name: str, value: object) -> object:
    if name == "draft_body":
        return canonical(value)
    if isinstance(value, str):
        return " ".join(value.split())
    return "" if value is None else value


def _told(record: Mapping[str, Any]) -> list[str]:
    head = [f"{_WORDS.get(name, name)}: {record.get(name) or ''}" for name in _COMPARED if name != "draft_body"]
    return [*head, "", *lines_of(record.get("draft_body"))]
