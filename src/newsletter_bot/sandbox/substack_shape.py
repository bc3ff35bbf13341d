"""What a post of the Substack-style service looks like on the wire: fields, defaults, and what they may hold."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from newsletter_bot.sandbox.store import Json

AUDIENCES = ("everyone", "only_paid", "founding", "only_free")
TYPES = ("newsletter", "podcast", "thread", "video", "page")

DRAFT_DEFAULTS: Json = {
    "type": "newsletter",
    "editor_v2": False,
    "draft_title": "",
    "draft_subtitle": "",
    "draft_body": None,
    "draft_bylines": [],
    "draft_section_id": None,
    "section_chosen": False,
    "title": None,
    "subtitle": None,
    "body": None,
    "slug": None,
    "section_id": None,
    "post_date": None,
    "is_published": False,
    "email_sent_at": None,
    "audience": "everyone",
    "write_comment_permissions": "everyone",
    "default_comment_sort": None,
    "should_send_email": True,
    "should_send_free_preview": False,
    "word_count": 0,
    "cover_image": None,
    "description": None,
    "search_engine_title": None,
    "search_engine_description": None,
    "social_title": None,
    "free_unlock_required": False,
    "exempt_from_archive_paywall": False,
    "audience_before_archived": None,
    "explicit": None,
    "hide_from_feed": None,
    "show_guest_bios": True,
    "syndicate_voiceover_to_rss": False,
    "syndicate_to_section_id": None,
    "should_syndicate_to_other_feed": None,
    "translations": [],
    "detect_language": True,
    "draft_podcast_url": "",
    "draft_podcast_duration": None,
    "draft_video_upload_id": None,
    "draft_podcast_upload_id": None,
    "draft_podcast_preview_upload_id": None,
    "draft_voiceover_upload_id": None,
    "podcast_url": None,
    "podcast_duration": None,
    "video_upload_id": None,
    "podcast_upload_id": None,
    "podcast_preview_upload_id": None,
    "voiceover_upload_id": None,
    "podcast_description": None,
    "podcast_episode_number": None,
    "podcast_season_number": None,
    "podcast_episode_type": None,
    "reply_to_post_id": None,
    "subscriber_set_id": None,
    "draftVideoUpload": None,
    "draftPodcastUpload": None,
    "meter_type": "none",
    "account_based_meter_type": None,
}

SERVER_FIELDS = frozenset(
    {
        "editor_v2",
        "title",
        "subtitle",
        "body",
        "section_id",
        "post_date",
        "is_published",
        "email_sent_at",
        "word_count",
        "podcast_url",
        "podcast_duration",
        "video_upload_id",
        "podcast_upload_id",
        "podcast_preview_upload_id",
        "voiceover_upload_id",
        "subscriber_set_id",
        "draftVideoUpload",
        "draftPodcastUpload",
    }
)
WRITABLE = frozenset(DRAFT_DEFAULTS) - SERVER_FIELDS
"""What a PUT may change. ``title`` and ``subtitle`` are not among them: they are the published copies."""

LEFT_TO_DEFAULTS = frozenset({"audience", "write_comment_permissions", "should_send_email"})
"""What creating a draft was seen to ignore."""

TEXTS = ("draft_title", "draft_subtitle", "draft_body", "slug", "cover_image", "description", "social_title")
FLAGS = ("section_chosen", "should_send_email", "should_send_free_preview")


def wrong_kind(name: str, value: Any) -> bool:
    """Whether a field can surely not hold this; the body of a document is never looked into."""
    if value is None:
        return False
    if name in TEXTS or name.startswith("search_engine_"):
        return not isinstance(value, str)
    if name in FLAGS:
        return not isinstance(value, bool)
    if name == "audience":
        return value not in AUDIENCES
    return name == "type" and value not in TYPES


def document_of(body: object) -> Json:
    """The document inside a stringified body; an empty one when it holds none."""
    if not isinstance(body, str):
        return {"type": "doc", "content": []}
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = body
    if isinstance(document, dict):
        return document
    # An editor shows what it cannot read as one lump of text
    return {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": body}]}]}


def texts_of(node: object) -> list[str]:
    """Every piece of text below a node, in order."""
    found: list[str] = []
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            if isinstance(here.get("text"), str):
                found.append(here["text"])
            children = here.get("content")
            waiting.extend(reversed(children) if isinstance(children, list) else [])
    return found


def word_count(body: object) -> int:
    """Words of a stringified body."""
    return sum(len(text.split()) for text in texts_of(document_of(body)))


def is_empty(body: object) -> bool:
    """Whether a body has neither text nor any node but empty paragraphs."""
    content = document_of(body).get("content") or []
    return all(
        isinstance(node, dict) and node.get("type") == "paragraph" and not node.get("content") for node in content
    )


def slug_of(title: str) -> str:
    """The slug that a title gets: lower case letters and digits, words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"['`]", "", plain)).strip("-")[:80].strip("-")
