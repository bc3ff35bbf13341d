"""Reading a post back as a reader does, and a draft as others read Markdown: which words are on one side only?"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import html5lib
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from newsletter_bot.assembly import Frame, assemble
from newsletter_bot.model import Draft, Rendition
from newsletter_bot.platforms import adapter
from newsletter_bot.ports import Outlet, Platform
from newsletter_bot.renditions import render

_WORD = re.compile(r"[^\W_]+")
_UNSEEN = ("script", "style", "head", "title", "iframe", "template", "noscript", "textarea")

_NUMBER = re.compile(r'<sup class="footnote-ref">.*?</sup>')
"""Marks of footnotes: their numbers are the platform's."""


def _opens() -> Platform:
    raise AssertionError("nothing is sent here")


def rendition_of(body: str, platform: str) -> Rendition:
    """What a platform would carry of a draft with this text."""
    frame = Frame(newsletter="n", title="N", sections=("body", "footnotes"), timezone="UTC", language="en")
    draft = Draft(id="d", path="drafts/d.md", title="The title", body=body)
    issue = assemble([draft], frame=frame, number=1, slot="2026-W48", clock=datetime(2026, 11, 25, tzinfo=UTC))
    outlet = Outlet(name=platform, platform=platform, capabilities=adapter(platform).capabilities, open=_opens)
    return render(issue, outlet)


def words_of_draft(body: str) -> Counter[str]:
    """The words that another reader of Markdown would show."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).use(footnote_plugin)
    return words_of_html(_NUMBER.sub("", parser.render(body)))


def words_of_html(html: str) -> Counter[str]:
    """The words of a page, descriptions of images included."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return Counter(word for text in _texts(tree) for word in _words(text))


def words_of_substack(body: str) -> Counter[str]:
    """The words of a Substack document: text, formulas, descriptions and captions."""
    return Counter(word for text in _strings(json.loads(body)) for word in _words(text))


def words_carried(rendition: Rendition) -> Counter[str]:
    """The words that a reader finds there."""
    return words_of_substack(rendition.body) if rendition.platform == "substack" else words_of_html(rendition.body)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _texts(node: Any) -> Iterator[str]:
    if not isinstance(node.tag, str) or node.tag in _UNSEEN:
        yield node.tail or ""
        return
    yield node.get("alt") or ""
    yield node.text or ""
    for child in node:
        yield from _texts(child)
    yield node.tail or ""


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == "text" and isinstance(value, str))
        attributes = node.get("attrs") or {}
        yield from (str(attributes[key]) for key in ("persistentExpression", "alt", "title") if attributes.get(key))
        for child in node.get("content") or ():
            yield from _strings(child)
