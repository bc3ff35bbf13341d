"""What a text refers to in the writer's folder: pictures and other drafts, made independent of that folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin

from newsletter_bot import markup
from newsletter_bot.assembly.active_html import active_parts
from newsletter_bot.document import Document, Image, Inline, Link, RawBlock, RawInline
from newsletter_bot.markup.rewrite import map_document
from newsletter_bot.markup.walk import walk
from newsletter_bot.model import IMAGE_ADDRESS, ISSUE_ADDRESS, Draft, Finding, Level, Origin, Picture

_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#")
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_DRAFT = re.compile(r"([^?#]*\.(?:md|markdown))(#[^?]*)?", re.IGNORECASE)
_RAW_IMAGE = re.compile(r"<img\b[^>]*?\bsrc\s*=\s*[\"']?(?!\s*(?:[a-z][a-z0-9+.-]*:|//))([^\"'\s>]+)", re.IGNORECASE)


class ImageSource(NamedTuple):
    """A picture that a draft shows: as it is named there (without percent signs), and the line."""

    source: str
    line: int | None


def images_of(draft: Draft) -> tuple[ImageSource, ...]:
    """Every picture of a draft once: its cover, those of its text and of its notices, local and remote."""
    texts = [markup.read(draft.body, first_line=draft.body_line, smart=False)]
    texts += [markup.read(notice.text, smart=False) for notice in draft.housekeeping]
    found: dict[str, int | None] = {draft.cover: None} if draft.cover else {}
    for text in texts:
        for node in walk(text):
            if isinstance(node, Image):
                found.setdefault(source_of(node.src), node.line or None)
    return tuple(ImageSource(source, line) for source, line in found.items())


def source_of(src: str) -> str:
    """The name of a picture: an address as it stands, a file's path with its percent signs undone."""
    return src if _ELSEWHERE.match(src) else unquote(src)


def issue_address(issue: str) -> str:
    """What stands for the address of another issue until that is known."""
    return ISSUE_ADDRESS + quote(issue, safe="/")


@dataclass(slots=True)
class Folder:
    """What is known of the folder: pictures that were loaded, drafts that are issues; and what was missed.

    ``pictures`` are keyed by the source as written or by its path below the newsletter's folder, ``issues`` map the
    paths of drafts to the ids of their issues. ``shown`` collects the pictures by the address that the tree has for them.
    """

    pictures: Mapping[str, Picture]
    issues: Mapping[str, str]
    shown: dict[str, Picture] = field(default_factory=dict[str, Picture])
    findings: list[Finding] = field(default_factory=list[Finding])

    def bound(self, document: Document, file: str) -> Document:
        """The text with stand-in addresses for pictures and drafts of the folder, seen from its file."""

        def inline(node: Inline) -> tuple[Inline, ...]:
            if isinstance(node, Image):
                return (self._image(node, file),)
            if isinstance(node, Link):
                return self._link(node, file)
            if isinstance(node, RawInline):
                self._check_raw(node, file)
            return (node,)

        for block in walk(document):
            if isinstance(block, RawBlock):
                self._check_raw(block, file)
        return map_document(document, inline=inline)

    def cover(self, draft: Draft) -> str | None:
        """The address that stands for a draft's cover."""
        if not draft.cover:
            return None
        return self._placed(Image(draft.cover), Origin(file=draft.path, key="cover")).src

    def _image(self, node: Image, file: str) -> Image:
        where = Origin(file=file, line=node.line or None)
        if not node.alt.strip():
            message = f"the image {source_of(node.src)} has no description"
            self._find(Level.WARNING, where, message, "say what it shows between the square brackets: ![…](…)")
        return self._placed(node, where)

    def _placed(self, node: Image, where: Origin) -> Image:
        source = source_of(node.src)
        picture = self.pictures.get(_path(where.file, source)) or self.pictures.get(source)
        remote = _REMOTE.match(source) is not None
        if picture is None:
            if not remote:
                fix = self._nearest(source, self.pictures) or "put the file there, or mend the path"
                self._find(Level.ERROR, where, f"the image {source} cannot be found", fix)
            return node
        src = node.src if remote else IMAGE_ADDRESS + picture.digest
        self.shown[src] = picture
        width, height = node.width or picture.width, node.height or picture.height
        return replace(node, src=src, width=width, height=height, media_type=picture.media_type)

    def _link(self, node: Link, file: str) -> tuple[Inline, ...]:
        match = None if _ELSEWHERE.match(node.href) else _DRAFT.fullmatch(node.href)
        if match is None:
            return (node,)
        path = _path(file, unquote(match[1]))
        issue = self.issues.get(path)
        if issue is not None:
            return (replace(node, href=issue_address(issue) + (match[2] or "")),)
        message = f"the link leads to {path}, which is no issue yet: its words stand without it"
        fix = self._nearest(path, self.issues) or "it becomes a link once that draft is out"
        self._find(Level.WARNING, Origin(file=file, line=node.line or None), message, fix)
        return node.children

    def _check_raw(self, node: RawInline | RawBlock, file: str) -> None:
        where = Origin(file=file, line=node.line or None)
        for part in dict.fromkeys(active_parts(node.html)):
            self._find(Level.WARNING, where, f"{part} in raw HTML is taken out", "remove it: nothing may act in a text")
        for match in _RAW_IMAGE.finditer(node.html):
            message = f"the image {match[1]} stands in raw HTML and is not carried along"
            self._find(Level.WARNING, where, message, f"write it as ![what it shows]({match[1]})")

    @staticmethod
    def _nearest(name: str, known: Iterable[str]) -> str | None:
        near = get_close_matches(name, list(known), n=1, cutoff=0.6)
        return f"did you mean {near[0]}?" if near and near[0] != name else None

    def _find(self, level: Level, where: Origin, message: str, fix: str) -> None:
        finding = Finding(level=level, message=message, fix=fix, file=where.file, line=where.line, key=where.key)
        self.findings.append(finding)


def problems_of(document: Document, file: str) -> Sequence[Finding]:
    """What is wrong in a text itself, as findings."""
    return [
        Finding(
            level=Level.ERROR if problem.error else Level.WARNING,
            message=problem.message,
            fix=problem.fix or None,
            file=file,
            line=problem.line or None,
        )
        for problem in document.problems
    ]


def _path(file: str, source: str) -> str:
    """A source seen from a file, as a path below the newsletter's folder."""
    return source if _ELSEWHERE.match(source) else unquote(urljoin(quote(file), quote(source)))
