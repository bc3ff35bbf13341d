"""Substack's document (ProseMirror JSON) compared and shown: the same text is the same, whoever wrote it down.

The editor saves a document with more attributes and sometimes other names than a client sent; neither is a change.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

_ALIASES = {
    "bulletList": "bullet_list",
    "orderedList": "ordered_list",
    "listItem": "list_item",
    "hardBreak": "hard_break",
    "code_block": "highlighted_code_block",
    "codeBlock": "highlighted_code_block",
    "latex": "inline_latex",
    "callout_block": "calloutBlock",
    "strike": "strikethrough",
    "bold": "strong",
    "italic": "em",
}
_FILLED_IN = frozenset(
    {"width", "height", "resizeWidth", "bytes", "internalRedirect", "isProcessing", "belowTheFold", "topImage"}
    | {"srcNoWatermark", "nodeId", "dirty", "tight", "target", "rel", "class", "isEditorNode", "isEditor"}
)
"""Attributes that the service fills in by itself."""
_BLOCKS_BEFORE_TEXT = {
    "list_item": "- ",
    "blockquote": "> ",
    "footnote": "[^] ",
    "pullquote": "> ",
    "calloutBlock": "! ",
}


def canonical(body: object) -> str:
    """One spelling for every document of the same content; a body that is no document stands for itself."""
    document = parsed(body)
    if document is None:
        return body if isinstance(body, str) else ""
    try:
        return json.dumps(_node(document), sort_keys=True, ensure_ascii=True)
    except RecursionError:
        return body if isinstance(body, str) else ""


def parsed(body: object) -> dict[str, Any] | None:
    """The document of a ``draft_body``; None when it is none."""
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return None
    return body if isinstance(body, dict) and isinstance(body.get("type"), str) else None


def has_node(body: object, name: str) -> bool:
    """Whether a node of that type stands anywhere in the document."""
    document = parsed(body)
    return document is not None and any(node.get("type") == name for node in _every(document))


def _every(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(_children(current))


def _children(node: dict[str, Any]) -> list[dict[str, Any]]:
    return _listed(node, "content")


def _listed(node: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The nodes under a key; anything else there is not ours to understand."""
    content = node.get(key)
    return [child for child in content if isinstance(child, dict)] if isinstance(content, list) else []


def _node(node: dict[str, Any]) -> dict[str, Any]:
    name = _name(node)
    plain: dict[str, Any] = {"type": name}
    attributes = _attributes(name, node.get("attrs"))
    if attributes:
        plain["attrs"] = attributes
    if "text" in node:
        plain["text"] = node["text"]
        marks = _listed(node, "marks")
        if marks:
            plain["marks"] = sorted((_node(mark) for mark in marks), key=lambda mark: json.dumps(mark, sort_keys=True))
    children = _joined([_node(child) for child in _children(node)])
    if children:
        plain["content"] = children
    return plain


def _name(node: dict[str, Any]) -> str:
    name = str(node.get("type", ""))
    return _ALIASES.get(name, name)


def _attributes(name: str, given: object) -> dict[str, Any]:
    if not isinstance(given, dict):
        return {}
    kept = {key: value for key, value in given.items() if key not in _FILLED_IN and value not in (None, False, "")}
    if name == "ordered_list":
        start = kept.get("start", kept.get("order", 1))
        return {"start": start} if start != 1 else {}
    if name == "highlighted_code_block" and kept.get("language") == "plaintext":
        kept.pop("language")
    if name == "image2":
        kept.pop("type", None)
    if name in ("latex_block", "inline_latex"):
        kept.pop("id", None)
    return kept


def _joined(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Neighbouring texts with the same marks are one text."""
    joined: list[dict[str, Any]] = []
    for node in nodes:
        last = joined[-1] if joined else None
        if last and "text" in node and "text" in last and node.get("marks") == last.get("marks"):
            last["text"] = str(last["text"]) + str(node["text"])
        else:
            joined.append(node)
    return joined


def lines_of(body: object) -> list[str]:
    """The document as lines that a person can compare."""
    document = parsed(body)
    if document is None:
        return str(body or "").splitlines()
    try:
        return [line for block in _children(document) for line in _block_lines(block)]
    except RecursionError:
        return ["(text nested too deeply to be shown)"]


def _block_lines(block: dict[str, Any]) -> list[str]:
    children = _children(block)
    name = _name(block)
    if not children:
        return [_leaf(block, name)]
    if any("text" in child for child in children) or name in ("paragraph", "heading"):
        text = "".join(_inline(child) for child in children)
        return [_prefix(block, name) + line for line in text.split("\n")]
    prefix = _BLOCKS_BEFORE_TEXT.get(name, "")
    inner = [line for child in children for line in _block_lines(child)]
    return [prefix + line if index == 0 else " " * len(prefix) + line for index, line in enumerate(inner)]


def _prefix(block: dict[str, Any], name: str) -> str:
    level = _attributes(name, block.get("attrs")).get("level", 1)
    return "#" * level + " " if name == "heading" and isinstance(level, int) and 1 <= level <= 6 else ""


def _inline(node: dict[str, Any]) -> str:
    if "text" not in node:
        return "\n" if _name(node) == "hard_break" else _leaf(node, _name(node))
    text = str(node["text"])
    for mark in _listed(node, "marks"):
        href = _attributes(_name(mark), mark.get("attrs")).get("href")
        text = f"{text} <{href}>" if href else text
    return text


def _leaf(node: dict[str, Any], name: str) -> str:
    if name == "paragraph":
        return ""
    attributes = _attributes(name, node.get("attrs"))
    words = [str(value) for key, value in attributes.items() if key in _TELLING]
    return f"[{' '.join([name, *words])}]"


_TELLING = ("src", "alt", "url", "text", "videoId", "persistentExpression", "number", "title")
