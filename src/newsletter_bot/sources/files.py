"""The writer's files, opened with care: bounded in size, inside the newsletter's folder, UTF-8, one kind of line ending."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from newsletter_bot.errors import DraftError

TEXT_BYTES = 4_000_000
"""Longest text that is read as a draft, an inbox or a list of events."""

_SHORTEN = "split it, or move pictures and data into files of their own"
MARKS = 100_000
"""Most line ends, marks of Markdown and addresses in one text: each may become a node of the tree, and every format walks them all."""
_MARKS = "\n*_[`<>|$~"
_ADDRESSES = ("://", "@", "www.")
_ADDRESS = 3
"""As many marks as one: a bare address is looked for, measured, and becomes a link with its text."""


def refuse_endless(text: str, *, file: str) -> None:
    """Raise DraftError for a text with more structure than any person wrote; long words and embedded images are none."""
    if len(text) <= MARKS:
        return
    count = sum(map(text.count, _MARKS)) + _ADDRESS * sum(map(text.count, _ADDRESSES))
    if count > MARKS:
        message = f"the text has {count:,} line ends, marks and addresses, at most {MARKS:,} are read"
        raise DraftError(message, file=file, fix="split it into several drafts")


def shown_path(folder: Path, path: Path) -> str:
    """The path as a person is told it: relative to the newsletter's folder where it lies in it."""
    text = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def read_bytes(path: Path | str, *, file: str, limit: int = TEXT_BYTES, shorten: str = _SHORTEN) -> bytes:
    """The bytes of a regular file no longer than ``limit``; raises DraftError that names it as ``file``.

    ``shorten`` says what to do with one that is longer.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise DraftError("this is not a regular file", file=file, fix="put a file of that name there")
            content = b"" if status.st_size > limit else _read_up_to(descriptor, status.st_size, limit)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        raise _unreadable(error, file) from error
    if status.st_size > limit or len(content) > limit:
        size = max(status.st_size, len(content)) / 1e6
        message = f"the file is {size:.1f} MB long, at most {limit / 1e6:g} MB are read"
        raise DraftError(message, file=file, fix=shorten)
    return content


def _read_up_to(descriptor: int, size: int, limit: int) -> bytes:
    """The whole file as it is now, which may have grown since its size was asked."""
    content = os.read(descriptor, size + 1)
    while len(content) <= limit and (more := os.read(descriptor, 65536)):
        content += more
    return content


def _unreadable(error: OSError | ValueError, file: str) -> DraftError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return DraftError("there is no such file", file=file, fix="check the spelling of its path")
    if isinstance(error, IsADirectoryError) or getattr(error, "errno", None) == errno.EISDIR:
        return DraftError("this is a folder, not a file", file=file, fix="name a file")
    if isinstance(error, PermissionError):
        return DraftError("the file may not be read", file=file, fix="give yourself the right to read it")
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return DraftError(f"the file cannot be read: {reason}", file=file, fix="check its path and the disk")


def read_text(path: Path, *, file: str) -> str:
    """The text of a file, without byte order mark, its lines ending in a line feed."""
    return decode_text(read_bytes(path, file=file), file=file)


def decode_text(content: bytes, *, file: str) -> str:
    """Bytes as text: UTF-8 without byte order mark and NUL, every line ending made a line feed."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DraftError("the file is UTF-16, not UTF-8", file=file, line=1, fix="save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = _line_of(content[: error.start].decode("utf-8", "replace"))
        message = f"byte 0x{content[error.start]:02x} is not valid UTF-8"
        raise DraftError(message, file=file, line=line, fix="save the file as UTF-8") from error
    if "\0" in text:
        line = _line_of(text[: text.index("\0")])
        raise DraftError("the line holds a NUL character", file=file, line=line, fix="remove it: a text has none")
    return one_line_ending(text)


def one_line_ending(text: str) -> str:
    """The text with CRLF and lone CR made line feeds."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _line_of(before: str) -> int:
    return one_line_ending(before).count("\n") + 1


def inside(folder: Path, path: Path) -> Path | None:
    """The real path when it lies in the newsletter's folder (or in what ``drafts/`` links to), else None."""
    try:
        real = path.resolve(strict=True)
        roots = (folder.resolve(), (folder / "drafts").resolve())
    except (OSError, RuntimeError, ValueError):
        return None
    return real if any(real.is_relative_to(root) for root in roots) else None
