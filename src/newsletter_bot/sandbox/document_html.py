"""Renders the Substack-style document to HTML with the classes that its pages and feeds use.

The server takes any document without looking into it, so nothing here trusts its shape: what cannot be shown is left out,
an unknown node shows its children.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from typing import Any

from newsletter_bot.sandbox.store import Json

DEEPEST = 100
MARKS = {
    "strong": "strong",
    "bold": "strong",
    "em": "em",
    "italic": "em",
    "code": "code",
    "strikethrough": "s",
    "strike": "s",
    "superscript": "sup",
    "subscript": "sub",
    "underline": "u",
}
PLAIN = {
    "paragraph": "p",
    "blockquote": "blockquote",
    "bullet_list": "ul",
    "bulletList": "ul",
    "list_item": "li",
    "listItem": "li",
    "table": "table",
    "table_row": "tr",
    "table_cell": "td",
    "table_header": "th",
    "caption": "span",
}
CLASSED = {"pullquote": "pullquote", "calloutBlock": "callout-block", "callout_block": "callout-block"}
EMPTY = {
    "horizontal_rule": "<div><hr></div>",
    "hard_break": "<br>",
    "hardBreak": "<br>",
    "horizontalRule": "<div><hr></div>",
}
SAFE_SCHEMES = ("http://", "https://", "mailto:", "/", "#")


def render(document: Json, post_url: str) -> str:
    """The body as HTML; ``post_url`` is where its buttons lead."""
    return _Renderer(post_url).children(document, 0)


def free_part(document: Json) -> Json | None:
    """What stands before the paywall; None when there is no paywall and so no preview."""
    content = _children_of(document)
    for place, node in enumerate(content):
        if isinstance(node, dict) and node.get("type") == "paywall":
            return {**document, "content": content[:place]}
    return None


def _children_of(node: Json) -> list[Any]:
    content = node.get("content")
    return content if isinstance(content, list) else []


def _attrs(node: Json) -> Json:
    attrs = node.get("attrs")
    return attrs if isinstance(attrs, dict) else {}


def _safe(address: object) -> str:
    """An attribute value for an address; one that could run something becomes '#'."""
    plain = str(address or "").strip()
    return escape(plain if plain.lower().startswith(SAFE_SCHEMES) else "#")


def _data(attrs: Json) -> str:
    return f'data-attrs="{escape(json.dumps(attrs))}"'


class _Renderer:
    def __init__(self, post_url: str) -> None:
        self._post_url = post_url
        self._special: dict[str, Callable[[Json, int], str]] = {
            "heading": self._heading,
            "ordered_list": self._ordered,
            "orderedList": self._ordered,
            "captionedImage": self._image,
            "image2": self._bare_image,
            "footnoteAnchor": self._anchor,
            "footnote": self._footnote,
            "button": self._button,
            "captionedShareButton": self._button,
            "subscribeWidget": self._subscribe,
            "paywall": lambda _node, _depth: '<div class="paywall-jump" data-component-name="PaywallToDOM"></div>',
            "latex_block": self._maths_block,
            "inline_latex": self._maths,
            "latex": self._maths,
            "youtube2": self._youtube,
            "digestPostEmbed": self._embedded_post,
            **dict.fromkeys(("highlighted_code_block", "code_block", "codeBlock"), self._code),
            **dict.fromkeys(("vimeo", "twitter2", "spotify2", "soundcloud", "embeddedPublication"), self._link_embed),
        }

    def children(self, node: Json, depth: int) -> str:
        """The HTML of what is inside a node."""
        if depth > DEEPEST:
            return ""
        return "".join(self._node(child, depth) for child in _children_of(node) if isinstance(child, dict))

    def _node(self, node: Json, depth: int) -> str:
        kind = str(node.get("type"))
        if kind == "text":
            return self._text(node)
        if kind in EMPTY:
            return EMPTY[kind]
        if kind in self._special:
            return self._special[kind](node, depth)
        inner = self.children(node, depth + 1)
        if kind in CLASSED:
            return f'<div class="{CLASSED[kind]}">{inner}</div>'
        tag = PLAIN.get(kind)
        return f"<{tag}>{inner}</{tag}>" if tag else inner

    @staticmethod
    def _text(node: Json) -> str:
        html = escape(str(node.get("text", "")), quote=False)
        marks = node.get("marks")
        for mark in reversed(marks if isinstance(marks, list) else []):
            if not isinstance(mark, dict):
                continue
            if mark.get("type") == "link":
                html = f'<a href="{_safe(_attrs(mark).get("href"))}" rel="nofollow">{html}</a>'
            elif mark.get("type") in MARKS:
                tag = MARKS[mark["type"]]
                html = f"<{tag}>{html}</{tag}>"
        return html

    def _heading(self, node: Json, depth: int) -> str:
        level = _attrs(node).get("level")
        level = level if isinstance(level, int) and 1 <= level <= 6 else 2
        return f"<h{level}>{self.children(node, depth + 1)}</h{level}>"

    def _ordered(self, node: Json, depth: int) -> str:
        attrs = _attrs(node)
        start = attrs.get("start") or attrs.get("order")
        begin = f' start="{start}"' if isinstance(start, int) and start != 1 else ""
        return f"<ol{begin}>{self.children(node, depth + 1)}</ol>"

    @staticmethod
    def _code(node: Json, _depth: int) -> str:
        attrs = _attrs(node)
        source = "".join(str(child.get("text", "")) for child in _children_of(node) if isinstance(child, dict))
        language = escape(str(attrs.get("language") or "plaintext"))
        inside = f'<pre><code class="language-{language}">{escape(source, quote=False)}</code></pre>'
        return f'<div class="highlighted_code_block" {_data(attrs)}>{inside}</div>'

    def _image(self, node: Json, depth: int) -> str:
        parts = {str(child.get("type")): child for child in _children_of(node) if isinstance(child, dict)}
        picture = parts.get("image2")
        if picture is None:
            return ""
        caption = self.children(parts["caption"], depth + 1) if "caption" in parts else ""
        below = f'<figcaption class="image-caption">{caption}</figcaption>' if caption else ""
        figure = f"<figure>{self._bare_image(picture, depth)}{below}</figure>"
        return f'<div class="captioned-image-container">{figure}</div>'

    @staticmethod
    def _bare_image(node: Json, _depth: int) -> str:
        attrs = _attrs(node)
        alt, title = escape(str(attrs.get("alt") or "")), attrs.get("title")
        named = f' title="{escape(str(title))}"' if title else ""
        source = _safe(attrs.get("src"))
        link = _safe(attrs.get("href") or attrs.get("src"))
        picture = f'<img src="{source}" {_data(attrs)} alt="{alt}"{named}>'
        return f'<a class="image-link image2" target="_blank" href="{link}">{picture}</a>'

    @staticmethod
    def _anchor(node: Json, _depth: int) -> str:
        number = escape(str(_attrs(node).get("number")))
        place = f'id="footnote-anchor-{number}" href="#footnote-{number}"'
        return f'<a class="footnote-anchor" data-component-name="FootnoteAnchorToDOM" {place}>{number}</a>'

    def _footnote(self, node: Json, depth: int) -> str:
        number = escape(str(_attrs(node).get("number")))
        back = f'<a id="footnote-{number}" href="#footnote-anchor-{number}" class="footnote-number" contenteditable="false">'
        inner = self.children(node, depth + 1)
        return f'<div class="footnote" data-component-name="FootnoteToDOM">{back}{number}</a><div class="footnote-content">{inner}</div></div>'

    def _target(self, address: object) -> str:
        known = {
            "%%checkout_url%%": f"{self._post_url.rsplit('/p/', 1)[0]}/subscribe?",
            "%%share_url%%": f"{self._post_url}?action=share",
            "%%half_magic_comments_url%%": f"{self._post_url}/comments",
        }
        return _safe(known.get(str(address), address))

    def _button(self, node: Json, depth: int) -> str:
        attrs = _attrs(node)
        label = escape(str(attrs.get("text") or ""))
        link = f'<a class="button primary" href="{self._target(attrs.get("url"))}"><span>{label}</span></a>'
        said = self.children(node, depth + 1)
        return f'{said}<p class="button-wrapper" {_data(attrs)} data-component-name="ButtonCreateButton">{link}</p>'

    def _subscribe(self, node: Json, depth: int) -> str:
        attrs = _attrs(node)
        said = f'<div class="preamble"><p class="cta-caption">{self.children(node, depth + 1)}</p></div>'
        fields = '<input type="email" class="email-input" placeholder="Type your email…">'
        submit = f'<input type="submit" class="button primary" value="{escape(str(attrs.get("text") or "Subscribe"))}">'
        form = f'<form class="subscription-widget-subscribe">{fields}{submit}</form>'
        inner = f'<div class="subscription-widget show-subscribe">{said}{form}</div>'
        return f'<div class="subscription-widget-wrap" {_data(attrs)}>{inner}</div>'

    @staticmethod
    def _maths_block(node: Json, _depth: int) -> str:
        attrs = _attrs(node)
        shown = escape(str(attrs.get("persistentExpression") or ""))
        return f'<div class="latex-rendered" {_data(attrs)} data-component-name="LatexBlockToDOM">{shown}</div>'

    @staticmethod
    def _maths(node: Json, _depth: int) -> str:
        shown = escape(str(_attrs(node).get("persistentExpression") or ""))
        return f'<span class="latex-inline">{shown}</span>'

    @staticmethod
    def _youtube(node: Json, _depth: int) -> str:
        attrs = _attrs(node)
        video = escape(str(attrs.get("videoId") or ""))
        link = f'<a href="https://www.youtube.com/watch?v={video}">Video {video}</a>'
        return f'<div id="youtube2-{video}" class="youtube-wrap" {_data(attrs)}>{link}</div>'

    @staticmethod
    def _embedded_post(node: Json, _depth: int) -> str:
        attrs = _attrs(node)
        link = f'<a href="{_safe(attrs.get("canonical_url"))}">{escape(str(attrs.get("title") or ""))}</a>'
        return f'<div class="digest-post-embed" {_data(attrs)}>{link}</div>'

    @staticmethod
    def _link_embed(node: Json, _depth: int) -> str:
        attrs = _attrs(node)
        target = attrs.get("url") or attrs.get("videoId")
        return f'<div class="{escape(str(node.get("type")))}" {_data(attrs)}><a href="{_safe(target)}">{escape(str(target))}</a></div>'
