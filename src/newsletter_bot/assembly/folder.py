"""What a text refers to in the writer's folder: pictures and other drafts, made independent of that folder."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
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
_RAW_LINK = re.compile(
    r"<a\b[^>]*?\bhref\s*=\s*[\"']?(?!\s*(?:[a-z][a-z0-9+.-]*:|//))([^\"'\s>]+\.(?:md|markdown))\b", re.IGNORECASE
)


class ImageSource(NamedTuple):
    """A picture that a draft shows: as it is named there (without percent signs), and the line."""

    source: str
    line: int | None


class Fault(NamedTuple):
    """Why a picture cannot be shown, and the mend; ``nothing``: what is there is no picture, so that no reader may be led to it."""

    message: str
    fix: str | None
    nothing: bool = False


def images_of(draft: Draft) -> tuple[ImageSource, ...]:
    """Every picture of a draft once: its cover, those of its text and of its notices, local and remote."""
    found = [ImageSource(draft.cover, None)] if draft.cover else []
    found += images_in(draft.body, first_line=draft.body_line)
    for notice in draft.housekeeping:
        found += images_in(notice.text, first_line=(notice.origin and notice.origin.line) or 1)
    first: dict[str, ImageSource] = {}
    for image in found:
        first.setdefault(image.source, image)
    return tuple(first.values())


def images_in(text: str, *, first_line: int = 1) -> list[ImageSource]:
    """The pictures of a piece of Markdown, in order."""
    document = markup.read(text, first_line=first_line, smart=False)
    return [ImageSource(source_of(node.src), node.line or None) for node in walk(document) if isinstance(node, Image)]


def source_of(src: str) -> str:
    """The name of a picture: an address as it stands, a file's path with its percent signs undone."""
    return src if _ELSEWHERE.match(src) else unquote(src)


def issue_address(issue: str) -> str:
    """What stands for the address of another issue until that is known."""
    return ISSUE_ADDRESS + quote(issue, safe="/")


@dataclass(slots=True)
class Folder:
    """What is known of the folder: pictures that were loaded, drafts that are issues; and what was missed.

    ``pictures`` are keyed by the source as written or by its path below the newsletter's folder, ``faults`` likewise;
    ``issues`` map the paths of drafts to the ids of their issues, ``drafts`` are the paths of all. ``shown`` collects the
    pictures by the address that the tree has for them.
    """

    pictures: Mapping[str, Picture]
    issues: Mapping[str, str]
    faults: Mapping[str, Fault] = field(default_factory=dict[str, Fault])
    drafts: Collection[str] = ()
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
        where = Origin(file=draft.path, key="cover")
        if not (draft.cover_alt or "").strip():
            self._find(Level.WARNING, where, "the cover has no description", "say what it shows: cover_alt: …")
        return self._placed(Image(draft.cover), where).src or None

    def _image(self, node: Image, file: str) -> Image:
        where = Origin(file=file, line=node.line or None)
        if not node.alt.strip():
            message = f"the image {source_of(node.src)} has no description"
            self._find(Level.WARNING, where, message, "say what it shows between the square brackets: ![…](…)")
        return self._placed(node, where)

    def _placed(self, node: Image, where: Origin) -> Image:
        source = source_of(node.src)
        picture = self.pictures.get(path_of(where.file, source)) or self.pictures.get(source)
        remote = _REMOTE.match(source) is not None
        if picture is None:
            if not remote:
                self._miss(source, where)
                return node
            fault = self.faults.get(source)
            return self._left_out(node, fault, where) if fault else node
        src = node.src if remote else IMAGE_ADDRESS + picture.digest
        self.shown[src] = picture
        width, height = node.width or picture.width, node.height or picture.height
        return replace(node, src=src, width=width, height=height, media_type=picture.media_type)

    def _left_out(self, node: Image, fault: Fault, where: Origin) -> Image:
        """A picture on the web that could not be had stays a link to there, unless there is none."""
        stands = "it stays a link to there"
        if fault.nothing:
            stands = "the issue goes out without it" if where.key == "cover" else "its description stands there"
        message = f"the image {node.src[:100]} cannot be had: {fault.message}; {stands}"
        self._find(Level.WARNING, where, message, fault.fix)
        return replace(node, src="") if fault.nothing else node

    def _miss(self, source: str, where: Origin) -> None:
        fault = self.faults.get(path_of(where.file, source))
        if fault:
            self._find(Level.ERROR, where, f"image `{source[:100]}`: {fault.message}", fault.fix)
            return
        fix = self._nearest(source, self.pictures) or "put the file there, or mend the path"
        self._find(Level.ERROR, where, f"the image {source} cannot be found", fix)

    def _link(self, node: Link, file: str) -> tuple[Inline, ...]:
        if not node.href or _ELSEWHERE.match(node.href):
            return (node,)
        where = Origin(file=file, line=node.line or None)
        match = _DRAFT.fullmatch(node.href)
        if match is None:
            message = f"the link leads to {node.href[:100]}, which is no address of the web: no reader can follow it"
            self._find(Level.WARNING, where, message, "write the whole address, which begins with https://")
            return (node,)
        path = path_of(file, unquote(match[1]))
        issue = self.issues.get(path)
        if issue is not None:
            return (replace(node, href=issue_address(issue) + (match[2] or "")),)
        self._find(Level.WARNING, where, *self._not_out(path, file))
        return node.children

    def _not_out(self, path: str, file: str) -> tuple[str, str]:
        """Why a link to a draft is none yet, and what helps: a draft that is there needs only to come out."""
        later = "it becomes a link once that draft is out"
        if path in self.drafts:
            return f"the link leads to {path}, which is not out yet: its words stand without it", later
        near = self._nearest(path, (each for each in (*self.drafts, *self.issues) if each != file))
        return f"the link leads to {path}, which is no draft: its words stand without it", near or "mend its path"

    def _check_raw(self, node: RawInline | RawBlock, file: str) -> None:
        where = Origin(file=file, line=node.line or None)
        for part in dict.fromkeys(active_parts(node.html)):
            self._find(Level.WARNING, where, f"{part} in raw HTML is taken out", "remove it: nothing may act in a text")
        for match in _RAW_IMAGE.finditer(node.html):
            message = f"the image {match[1]} stands in raw HTML and is not carried along"
            self._find(Level.WARNING, where, message, f"write it as ![what it shows]({match[1]})")
        for match in _RAW_LINK.finditer(node.html):
            message = f"the link to {match[1]} stands in raw HTML and does not become the address of that issue"
            where = Origin(file=file, line=node.line or None)
            self._find(Level.WARNING, where, message, f"write it as [its words]({match[1]})")

    @staticmethod
    def _nearest(name: str, known: Iterable[str]) -> str | None:
        near = get_close_matches(name, list(known), n=1, cutoff=0.6)
        return f"did you mean {near[0]}?" if near and near[0] != name else None

    def _find(self, level: Level, where: Origin, message: str, fix: str | None) -> None:
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


def path_of(file: str, source: str) -> str:
    """A source seen from a file, as a path below the newsletter's folder."""
    return source if _ELSEWHERE.match(source) else unquote(urljoin(quote(file), quote(source)))
