"""Which files of the folder ``drafts/`` are drafts, told by names and signatures alone: cheap enough to ask at every tick."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

DRAFTS = "drafts"
"""The folder of the drafts, within the newsletter's folder."""
SUFFIXES = (".md", ".markdown")
DEPTH = 40


Signature: TypeAlias = tuple[str, int, int, int]
"""A draft's path (relative to the newsletter's folder), mtime in ns, size and inode: what tells without reading whether it was touched."""


class Oddity(NamedTuple):
    """Something in ``drafts/`` that is not taken for a draft though it looks like one, and the mend."""

    path: str
    message: str
    fix: str


class Scan(NamedTuple):
    """The drafts there are, in order of their paths, what was left out, and which are links to files elsewhere."""

    signatures: list[Signature]
    oddities: list[Oddity]
    links: list[str]


def is_draft_name(name: str) -> bool:
    """Whether a file or folder of this name may be, or hold, drafts."""
    return name[0] not in "._"


def scan(folder: str | os.PathLike[str]) -> Scan:
    """Every draft below ``drafts/`` of the newsletter's folder; nothing is opened, links out of the folder are left out."""
    found = Scan([], [], [])
    root = os.path.join(os.fspath(folder), DRAFTS)  # noqa: PTH118 - pathlib costs more than the whole look
    if not os.path.isdir(root):  # noqa: PTH112
        found.oddities.append(Oddity(DRAFTS, "the folder drafts/ is missing", "make it, or run newsletter-bot init"))
        return found
    _scan_level(root, DRAFTS, 0, found)
    if found.links:
        _drop_links_to_drafts(found)
    found.signatures.sort()
    return found


def seal(signatures: list[Signature]) -> str:
    """One short text that changes whenever a draft appears, goes, or is touched."""
    import hashlib

    return hashlib.sha256(repr(signatures).encode("utf-8", "surrogatepass")).hexdigest()


def _scan_level(directory: str, shown: str, depth: int, found: Scan) -> None:
    if depth > DEPTH:
        found.oddities.append(Oddity(shown, "the folder is nested too deeply", f"keep drafts within {DEPTH} levels"))
        return
    take = found.signatures.append
    for entry in _entries(directory, shown, found):
        name = entry.name
        if name[0] in "._":
            continue
        path = f"{shown}/{name}"
        if entry.is_file(follow_symlinks=False):
            if not name.endswith(".md") and not name.lower().endswith(SUFFIXES):
                continue
            if not name.isprintable():
                found.oddities.append(_unreadable_name(path))
                continue
            status = entry.stat(follow_symlinks=False)
            take((path, status.st_mtime_ns, status.st_size, status.st_ino))
        elif entry.is_dir(follow_symlinks=False):
            _scan_level(entry.path, path, depth + 1, found)
        else:
            _look_at_odd_one(entry, path, found)


def _entries(directory: str, shown: str, found: Scan) -> Iterable[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as entries:
            return list(entries)
    except FileNotFoundError:
        return ()  # it went away since it was listed: the next look will not list it
    except OSError as error:
        message = f"the folder cannot be read: {error.strerror}"
        found.oddities.append(Oddity(shown, message, "give yourself the right to read it, or move it away"))
        return ()


def _look_at_odd_one(entry: os.DirEntry[str], path: str, found: Scan) -> None:
    if entry.is_symlink():
        _look_at_link(entry, path, found)
    elif entry.name.lower().endswith(SUFFIXES):
        found.oddities.append(_NOT_REGULAR._replace(path=path))


_NOT_REGULAR = Oddity("", "this is not a regular file", "move it out of drafts/")


def _unreadable_name(path: str) -> Oddity:
    shown = path.encode("utf-8", "backslashreplace").decode("ascii", "backslashreplace")
    return Oddity(shown, "the file's name is not readable text", "rename it")


def _look_at_link(entry: os.DirEntry[str], path: str, found: Scan) -> None:
    if not entry.name.lower().endswith(SUFFIXES):
        if entry.is_dir():
            found.oddities.append(Oddity(path, "this is a link to a folder, which is not followed", _MOVE))
        return
    real = os.path.realpath(entry.path)
    root = os.path.realpath(entry.path[: -len(path)] or ".")
    drafts = os.path.realpath(os.path.join(root, DRAFTS))  # noqa: PTH118
    if not real.startswith((root + os.sep, drafts + os.sep)):
        found.oddities.append(Oddity(path, "this is a link that leaves the newsletter's folder", _MOVE))
        return
    try:
        status = os.stat(real)  # noqa: PTH116
    except OSError:
        found.oddities.append(Oddity(path, "this is a link to a file that does not exist", "remove the link"))
        return
    if stat.S_ISREG(status.st_mode):
        found.links.append(path)
        found.signatures.append((path, status.st_mtime_ns, status.st_size, status.st_ino))
    else:
        found.oddities.append(_NOT_REGULAR._replace(path=path))


_MOVE = "put the file itself into drafts/"


def _drop_links_to_drafts(found: Scan) -> None:
    """A link to another draft would bring the same text out twice."""
    links = set(found.links)
    files = {inode for path, _, _, inode in found.signatures if path not in links}
    kept: list[Signature] = []
    for one in sorted(found.signatures):
        path, _, _, inode = one
        if path in links and inode in files:
            found.oddities.append(Oddity(path, "this is a link to another draft", "remove the link"))
        else:
            kept.append(one)
            files.add(inode)
    found.signatures[:] = kept
