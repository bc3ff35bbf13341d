"""The pictures of an issue: those of its drafts, its notices, its last words and the writer's templates, each by its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from newsletter_bot.assembly import SETTINGS, Fault, images_in, images_of, path_of, template_file
from newsletter_bot.errors import DraftError, SourceError
from newsletter_bot.model import Draft, Notice, Picture
from newsletter_bot.publishing.desk import Desk


def illustrated(
    desk: Desk, drafts: Sequence[Draft], notices: Sequence[Notice]
) -> tuple[Mapping[str, Picture], Mapping[str, Fault]]:
    """The pictures by path, and why the others cannot be shown: that keeps the issue from going out where it shows them."""
    pictures: dict[str, Picture] = {}
    faults: dict[str, Fault] = {}
    for file, source in dict.fromkeys(_sources(desk, drafts, notices)):
        try:
            pictures[path_of(file, source)] = desk.newsroom.picture(file, source)
        except SourceError:
            continue  # a remote image stays a link, and check says when it cannot be had
        except DraftError as error:
            faults[path_of(file, source)] = Fault(error.message, error.fix)
    return pictures, faults


def _sources(desk: Desk, drafts: Sequence[Draft], notices: Sequence[Notice]) -> Iterator[tuple[str, str]]:
    """Every picture as its file names it."""
    for draft in drafts:
        yield from ((draft.path, image.source) for image in images_of(draft))
        yield from ((draft.path, image.source) for text in _told(draft.extra) for image in images_in(text))
    texts = [(notice.origin.file, notice.text) for notice in notices if notice.origin]
    texts += [(SETTINGS, desk.frame.sign_off)]
    texts += [(template_file(name), source) for name, source in desk.frame.templates.items()]
    for file, text in texts:
        yield from ((file, image.source) for image in images_in(text))


def _told(value: object) -> Iterator[str]:
    """The texts of front matter that may show a picture where a template reads them as Markdown."""
    if isinstance(value, str):
        yield from [value] if "![" in value else ()
    elif isinstance(value, Mapping):
        yield from (text for entry in value.values() for text in _told(entry))
    elif isinstance(value, list):
        yield from (text for entry in value for text in _told(entry))
