"""Changing, taking back and re-timing a post that is on Substack already; the remote state is read first, always."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from newsletter_bot.errors import Conflict, Refused, Vanished
from newsletter_bot.model import Receipt, Rendition, Visibility
from newsletter_bot.platforms.substack._post import Look, Post, look_of
from newsletter_bot.platforms.substack._writing import Desk, look_at

COLLISION = 409


def present(desk: Desk, receipt: Receipt) -> Post:
    """The post of a receipt. Raises Vanished when it is gone."""
    post = desk.site.read(receipt.remote_id)
    if post is None:
        raise Vanished(
            f"Substack: the post {receipt.remote_id} is not there any more", fix="it was deleted there, or by hand"
        )
    return post


def inspect(desk: Desk, receipt: Receipt) -> Receipt:
    """The receipt as of now: what is there because of us is remembered from before."""
    post = present(desk, receipt)
    look = replace(look_of(receipt.version), text=post.fingerprint())
    return post.receipt(desk.site.url, look, mailed=receipt.mailed)


def update(desk: Desk, receipt: Receipt, rendition: Rendition, *, overwrite: bool) -> Receipt:
    """Write what differs, then push it live when the post is public; nobody is mailed."""
    desk.check(rendition)
    post = present(desk, receipt)
    before = look_of(receipt.version)
    fields = _fields(desk, post, rendition, before)
    if post.mismatches(fields):
        if not overwrite and post.fingerprint() != before.text:
            raise conflict(post, fields)
        post = _written(desk, post, fields, overwrite=overwrite)
    desk.tag(
        receipt.remote_id,
        [name for name in rendition.tags if name not in before.tags],
        off=[name for name in before.tags if name not in rendition.tags],
    )
    if post.is_published and not post.live_is_current:
        live = desk.publish(receipt.remote_id, mail=False)
        return live.receipt(desk.site.url, look_at(post, rendition), mailed=receipt.mailed)
    return post.receipt(desk.site.url, look_at(post, rendition), mailed=receipt.mailed)


def _fields(desk: Desk, post: Post, rendition: Rendition, before: Look) -> dict[str, Any]:
    """What is to stand there; a public post keeps its address, and extra fields that we set and no longer want go."""
    fields = desk.all_fields(rendition)
    if post.is_published:
        fields.pop("slug", None)
    dropped = {
        name: None for name, value in before.extra.items() if name not in fields and post.record.get(name) == value
    }
    return {**fields, **dropped}


def _written(desk: Desk, post: Post, fields: Mapping[str, Any], *, overwrite: bool) -> Post:
    path = f"drafts/{quote(post.id, safe='')}"
    seen = post.record.get("draft_updated_at")
    guard = {"last_updated_at": seen} if seen and not overwrite else {}
    answer = desk.site.change("PUT", path, {**fields, **guard}, accept=(COLLISION,))
    if answer.status == COLLISION:
        raise conflict(desk.site.read(post.id) or post, fields)
    return desk.kept(post.id, fields)


def conflict(post: Post, fields: Mapping[str, Any]) -> Conflict:
    """Somebody changed the post there since our last look."""
    return Conflict(
        f"Substack: the post {post.id} was changed there since our last look",
        difference=post.difference(fields),
        fix="take the change over into the draft, or publish with --overwrite",
    )


def retract(desk: Desk, receipt: Receipt) -> str:
    """A public post becomes a draft again; one that never was public is deleted."""
    post = desk.site.read(receipt.remote_id)
    if post is None:
        return "it was deleted there already"
    path = f"drafts/{quote(post.id, safe='')}"
    if post.is_published:
        desk.site.change("POST", f"{path}/unpublish", {})
        return "unpublished; it is a draft there again"
    if receipt.visibility is Visibility.PUBLIC:
        if post.release_at:
            desk.unschedule(post.id)
        return "it was unpublished there already"
    return _deleted(desk, receipt, post, path)


def _deleted(desk: Desk, receipt: Receipt, post: Post, path: str) -> str:
    if receipt.version and look_of(receipt.version).text != post.fingerprint():
        raise Conflict(
            f"Substack: the draft {post.id} was changed there since our last look, so it is not deleted",
            difference=post.difference({}),
            fix=f"delete it by hand: {desk.editor(post.id)}",
        )
    if post.release_at:
        desk.unschedule(post.id)
    desk.site.change("DELETE", path, accept=(404,))
    return "deleted; it never was public"


def schedule(desk: Desk, receipt: Receipt, at: datetime | None) -> Receipt:
    """Set, move or take back the release by Substack's own scheduler."""
    post = present(desk, receipt)
    if post.is_published:
        if at is None:
            raise Refused(f"Substack: the post {post.id} is public already", fix="retract it instead")
        return post.receipt(desk.site.url, look_of(receipt.version), mailed=receipt.mailed)
    if at is None and post.release_at:
        desk.unschedule(post.id)
        post = present(desk, receipt)
    elif at is not None:
        post = desk.scheduled(post, at, mail=post.record.get("should_send_email") is True and not post.was_mailed)
    return post.receipt(desk.site.url, look_of(receipt.version), mailed=receipt.mailed)
