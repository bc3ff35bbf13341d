"""Past issues from a folder of Markdown: Jekyll, Hugo, Zola, Pelican, or plain files with dates in their names.

The date is that of the head; else the day in the head's path or address, in the file's name (``2016-1-7-title.md``,
padded or not) or in its folders (``2016/01/07/title.md``). A file without a date is left out: no date is invented.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from newsletter_bot.errors import SourceError
from newsletter_bot.history.dates import NoDateError, date_in_name, date_in_path, moment
from newsletter_bot.history.headers import HeadError, Page, read_page
from newsletter_bot.history.past import History, Past, Skipped
from newsletter_bot.model import digest_of

TEXT_ENDINGS = frozenset({".md", ".markdown", ".mkd", ".mkdn", ".mdown", ".mdx", ".mmd"})
LARGEST = 20_000_000
DATES = ("date", "publishdate", "pubdate", "published_at", "published")
PATHS = ("path", "permalink", "url", "slug")
ADDRESSES = ("canonical_url", "canonicalurl", "canonical", "url", "permalink", "link")
NOT_OUT = frozenset({"draft", "drafts", "hidden", "private", "pending"})
_HEADING = re.compile(r"^(?:#\s+(?P<atx>.+?)\s*#*|(?P<set>\S.*)\n=+)\s*$", re.MULTILINE)


class NotPastError(ValueError):
    """The file is no past issue; the message says why."""


def read_folder(folder: Path, *, zone: str) -> History:
    """The past issues among the Markdown files of a folder, any depth of folders, or of one file."""
    pasts: list[Past] = []
    skipped: list[Skipped] = []
    for path in _files(folder):
        name = PurePosixPath(path.relative_to(folder) if path != folder else path.name).as_posix()
        try:
            pasts.append(read_text(_text(path), name, zone=zone))
        except (NotPastError, NoDateError, HeadError) as error:
            skipped.append(Skipped(name, str(error)))
    return History(tuple(pasts), tuple(skipped))


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
        return

    def refuse(error: OSError) -> None:
        raise SourceError(f"the folder cannot be read: {error.strerror}", file=str(error.filename)) from error

    for place, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in TEXT_ENDINGS:
                yield Path(place, name)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise NotPastError(f"larger than {LARGEST // 1_000_000} MB")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise NotPastError(f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise NotPastError(f"is not UTF-8 (byte {error.start})") from error


def read_text(text: str, name: str, *, zone: str) -> Past:
    """The past issue in one Markdown file; ``name`` is its path in the folder.

    Raises NotPastError, NoDateError or HeadError when it is none.
    """
    page = read_page(text)
    if _is_unpublished(page.head):
        raise NotPastError("a draft: it was not out")
    stem = _stem(PurePosixPath(name))
    if stem == "_index":
        raise NotPastError("the page of a list, no issue")
    dated = date_in_name(stem)
    published = _published(page.head, name, dated and dated[0], zone)
    rest = (dated[1] if dated else stem) or stem
    title = _title(page, rest)
    return Past(
        id=name,
        title=title,
        published=published,
        source=name,
        url=_address(page.head),
        slug=_slug(page.head) or rest,
        text_digest=digest_of(page.body.strip()) if page.body.strip() else None,
    )


def _stem(path: PurePosixPath) -> str:
    """The file's name without its ending; a file named index has the name of its folder."""
    return path.parent.name if path.stem == "index" and path.parent.name else path.stem


def _is_unpublished(head: Mapping[str, Any]) -> bool:
    status = str(head.get("status", "")).casefold()
    return _says(head.get("draft"), "true") or _says(head.get("published"), "false") or status in NOT_OUT


def _says(value: object, word: str) -> bool:
    return str(value).casefold() == word


def _published(head: Mapping[str, Any], name: str, in_name: date | None, zone: str) -> datetime:
    for key in DATES:
        value = head.get(key)
        if value is not None and value != "" and not isinstance(value, bool) and not _says(value, "true"):
            return moment(value, zone)
    for key in PATHS:
        if isinstance(path := head.get(key), str) and (day := date_in_path(path)):
            return moment(day, zone)
    if day := in_name or date_in_path(name):
        return moment(day, zone)
    raise NotPastError("no date, neither in its head nor in its name")


def _title(page: Page, rest: str) -> str:
    title = page.head.get("title")
    if isinstance(title, str | int | float | date) and str(title).strip():
        return " ".join(str(title).split())
    if found := _HEADING.search(page.body[:20_000]):
        return " ".join((found["atx"] or found["set"]).split())
    return re.sub(r"[-_]+", " ", rest).strip() or rest


def _address(head: Mapping[str, Any]) -> str | None:
    values = (head.get(key) for key in ADDRESSES)
    return next((url for url in values if isinstance(url, str) and url.startswith(("http://", "https://"))), None)


def _slug(head: Mapping[str, Any]) -> str:
    for key in ("slug", "path"):
        value = head.get(key)
        if isinstance(value, str) and value.strip("/ "):
            return value.strip("/ ").rpartition("/")[2]
    return ""
