"""What was out before the bot came: past issues, read from a feed or from a folder of Markdown."""

from __future__ import annotations

from pathlib import Path

from newsletter_bot.errors import UsageError
from newsletter_bot.history.past import Fetch, Fetched, History, Matching, Past, Skipped, distinct, match

__all__ = ["Fetch", "Fetched", "History", "Matching", "Past", "Skipped", "match", "read_history"]

FEED_ENDINGS = frozenset({".xml", ".rss", ".atom", ".rdf", ".json", ".feed"})


def read_history(source: str, *, zone: str, fetch: Fetch) -> History:
    """The past issues of a source, oldest first, each once, and what was left out, with the reason.

    The source is a feed's address, a feed's file, or a folder of Markdown (or one file of it). ``zone`` is the
    newsletter's: a date that names none is wall time there. ``fetch`` gets pages from the network. Raises UsageError
    for a source that is none of these, SourceError for one that cannot be read at all.
    """
    if source.startswith(("http://", "https://")):
        from newsletter_bot.history.feed import read_address

        return distinct(read_address(source, zone=zone, fetch=fetch))
    path = Path(source)
    if not path.exists():
        raise UsageError(
            "there is no such file or folder", file=source, fix="give a feed's address, a file or a folder"
        )
    if path.is_file() and _is_feed(path):
        from newsletter_bot.history.feed import read_file

        return distinct(read_file(path, zone=zone, fetch=fetch))
    from newsletter_bot.history.folder import TEXT_ENDINGS, read_folder

    if path.is_file() and path.suffix.lower() not in TEXT_ENDINGS:
        raise UsageError(
            "history is read from feeds and Markdown", file=source, fix="export a feed, or unpack it first"
        )
    return distinct(read_folder(path, zone=zone))


def _is_feed(path: Path) -> bool:
    """By its name, or because it starts as a feed does."""
    if path.suffix.lower() in FEED_ENDINGS:
        return True
    if path.suffix:
        return path.suffix.lower() in {".txt", ".html"} and _starts_as_feed(path)
    return _starts_as_feed(path)


def _starts_as_feed(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            start = file.read(1000).lstrip(b"\xef\xbb\xbf \t\r\n")
    except OSError:
        return False
    return start.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf", b'{"version": "https://jsonfeed'))
