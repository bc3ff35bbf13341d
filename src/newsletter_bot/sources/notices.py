"""Notices: the inbox ``_housekeeping.md``, a bulleted list in which each bullet is one notice."""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from newsletter_bot.errors import DraftError, SettingsError
from newsletter_bot.model import Finding, Level, Notice, Origin
from newsletter_bot.sources.files import decode_text, read_bytes, read_text

_UNTIL = re.compile(r"[ \t]*\(until[ \t]+(\d{4}-\d{1,2}-\d{1,2})\)[ \t]*$", re.IGNORECASE)
_UNREAD = re.compile(r"\(until[ \t]+\d{4}-\d{1,2}-\d{1,2}\)", re.IGNORECASE)
_NO_PARAGRAPH = re.compile(r"#|<!--|---|\*\*\*|___|>|```|~~~|\d{1,9}[.)][ \t]")
"""How a line begins that is no continuation of the paragraph before it."""
_BULLET = re.compile(r"^([ \t]*)[-*+](?:([ \t]+)|$)")


class _Bullet:
    """One bullet while its lines are gathered: the line it began on, and the column of its text."""

    def __init__(self, line: int, column: int, text: str) -> None:
        self.line = line
        self.column = column
        self.lines = [text]

    def holds(self, text: str) -> bool:
        """Whether the line belongs to this bullet: it is indented, or continues a paragraph."""
        if not text.strip() or len(text) - len(text.lstrip(" ")) >= self.column:
            return True
        return bool(self.lines[-1].strip()) and not _BULLET.match(text) and not _NO_PARAGRAPH.match(text)

    def add(self, text: str) -> None:
        """Takes a line in, without the indentation that made it part of the bullet."""
        width = min(len(text) - len(text.lstrip(" ")), self.column)
        self.lines.append(text[width:])

    def text(self) -> str:
        """The bullet's Markdown."""
        return "\n".join(line.rstrip() for line in self.lines).strip()


def notice_of(text: str, origin: Origin) -> Notice:
    """A notice from its Markdown, which may end in ``(until 2026-11-30)``; raises DraftError for a day that is none."""
    text = text.strip()
    head, newline, rest = text.partition("\n")
    for part, other in ((text, ""), (head, newline + rest)):
        found = _UNTIL.search(part)
        if found:
            kept = (part[: found.start()] + other).strip()
            return Notice(text=kept, until=_day(found[1], origin), origin=origin)
    return Notice(text=text, origin=origin)


def _day(text: str, origin: Origin) -> date:
    year, month, day = (int(part) for part in text.split("-"))
    try:
        return date(year, month, day)
    except ValueError as error:
        fix = "write a day of the calendar, such as (until 2026-11-30)"
        raise DraftError(f"{text} is no date", file=origin.file, line=origin.line, key=origin.key, fix=fix) from error


def read_notices(path: Path) -> tuple[list[Notice], list[Finding]]:
    """The notices of the inbox in their order, and findings about what is none; no inbox holds no notices.

    Raises DraftError when the file as a whole cannot be read.
    """
    file = f"{path.parent.name}/{path.name}"
    if not path.exists() and not path.is_symlink():
        return [], []
    return parse_notices(read_text(path, file=file), file=file)


def parse_notices(text: str, *, file: str) -> tuple[list[Notice], list[Finding]]:
    """The notices that a Markdown list holds."""
    notices: list[Notice] = []
    findings: list[Finding] = []
    first: dict[str, int] = {}
    for bullet in _bullets(text, file, findings):
        if not bullet.text():
            continue
        try:
            notice = notice_of(bullet.text(), Origin(file=file, line=bullet.line))
        except DraftError as error:
            findings.append(
                Finding(level=Level.ERROR, message=error.message, fix=error.fix, file=file, line=bullet.line)
            )
            continue
        findings += _oddities(notice, first.setdefault(notice.key, bullet.line), file)
        notices.append(notice)
    return notices, findings


def _oddities(notice: Notice, first_line: int, file: str) -> Iterator[Finding]:
    """What a writer may have meant otherwise: a notice that stands there twice, a last day that is not read as one."""
    line = notice.origin.line if notice.origin else None
    if line != first_line:
        message, fix = f"this notice stands in line {first_line} already: it goes out once", "reword or remove it"
        yield Finding(level=Level.INFO, message=message, fix=fix, file=file, line=line)
    if unread := _UNREAD.search(notice.text):
        message = f"{unread[0]} stands within the notice: it is read as its last day only at the end"
        fix = "put it at the end of the bullet, with nothing after it"
        yield Finding(level=Level.WARNING, message=message, fix=fix, file=file, line=line)


def _bullets(text: str, file: str, findings: list[Finding]) -> Iterator[_Bullet]:
    current: _Bullet | None = None
    stray = False
    for number, raw in _visible_lines(text, file, findings):
        line = raw.expandtabs(4)
        if current is not None and current.holds(line):
            current.add(line)
            continue
        if current is not None:
            yield current
        current = _bullet_at(number, line)
        outside = current is None and bool(line.strip()) and not line.startswith(("#", "---"))
        if outside and not stray:
            findings.append(_stray(file, number))
        stray = outside
    if current is not None:
        yield current


def _bullet_at(number: int, line: str) -> _Bullet | None:
    found = _BULLET.match(line)
    if not found or len(found[1]) > 3:
        return None
    column = found.end() if found[2] and len(found[2]) <= 4 else len(found[1]) + 2
    return _Bullet(number, column, line[column:])


def _stray(file: str, line: int) -> Finding:
    message = "this text is not part of a bullet and is left out"
    return Finding(level=Level.WARNING, message=message, fix="begin each notice with `- `", file=file, line=line)


def _visible_lines(text: str, file: str, findings: list[Finding]) -> Iterator[tuple[int, str]]:
    """Numbered lines without those of comments that begin at the margin."""
    opened = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not opened and line.startswith("<!--"):
            opened = number
        if not opened:
            yield number, line
        elif "-->" in line:
            opened = 0
    if opened:
        message = "the comment that begins here is not closed: what follows is left out"
        findings.append(Finding(level=Level.WARNING, message=message, fix="end it with `-->`", file=file, line=opened))


def append_notice(path: Path, text: str, until: date | None = None) -> None:
    """Puts a notice at the end of the inbox, which is made when it is missing; what is there stays as it is, to the byte.

    Raises DraftError for a text that is no notice, SettingsError when the file cannot be written.
    """
    file = f"{path.parent.name}/{path.name}"
    bullet = _as_bullet(text, until, file)
    path = path.resolve()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(path.parent):
            before = read_bytes(path, file=file) if path.exists() else b""
            decode_text(before, file=file)
            _replace(path, before + _joined(before, bullet))
    except OSError as error:
        fix = "check the rights of the folder and the space on the disk"
        raise SettingsError(f"the notice cannot be written: {error.strerror}", file=file, fix=fix) from error


def _as_bullet(text: str, until: date | None, file: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    if not lines[0]:
        raise DraftError("the notice is empty", file=file, fix="say what readers should know")
    if not all(letter.isprintable() or letter in "\n\t" for letter in text.replace("\r", "\n")):
        raise DraftError("the notice holds invisible characters", file=file, fix="remove them")
    if until is not None:
        lines[-1] += f" (until {until.isoformat()})"
    return "- " + "\n".join([lines[0], *(f"  {line}" if line.strip() else "" for line in lines[1:])])


def _joined(before: bytes, bullet: str) -> bytes:
    ending = "\r\n" if b"\r\n" in before else "\n"
    gap = ending if before and not before.endswith((b"\n", b"\r")) else ""
    return (gap + f"{bullet}\n".replace("\n", ending)).encode()


@contextmanager
def _alone_in(folder: Path) -> Generator[None]:
    """Two commands that put a notice there at once come one after the other."""
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _replace(path: Path, content: bytes) -> None:
    """The file is whole at every moment, even when the power fails."""
    import tempfile

    descriptor, name = tempfile.mkstemp(prefix="._housekeeping-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
