"""A rich draft read back from what platforms get says the same words in the same order."""

from __future__ import annotations

import json
import re
from typing import Any

import html5lib
import pytest

from newsletter_bot.markup import read, write
from newsletter_bot.markup.text import walk, word_count
from newsletter_bot.model import Format

DRAFT = """\
# Flywheels, slowly

The *first* push moves nothing; the **tenth _moves_ a little**, and `push()` never returns.
A [link](https://a.example/x "why") and https://b.example/c_d, \u05e9\u05dc\u05d5\u05dd and 中文
字 with "quotes".

- one
- two

  - inner
  - more

> Said quietly
>
> twice

```python
print("spin")
```

Wheel
: a round thing

![A wheel](https://a.example/wheel.png "The caption")

[x] Last words.
"""


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _document_text(node: dict[str, Any]) -> str:
    inner = " ".join(_document_text(child) for child in node.get("content", ()))
    if node["type"] == "paragraph":
        inner = "".join(child.get("text", " ") for child in node.get("content", ()))
    return str(node.get("text", "")) + str(node.get("attrs", {}).get("alt", "") or "") + " " + inner


def _page_text(html: str) -> str:
    spaced = re.sub(
        r'<img [^>]*alt="([^"]*)"[^>]*>',
        r" \1 ",
        re.sub(r"(</?(?:p|li|h\d|figcaption|pre|br|blockquote)\b)", r" \1", html),
    )
    return "".join(html5lib.parseFragment(spaced, namespaceHTMLElements=False).itertext())


def _draft_text() -> str:
    parts = [getattr(node, "text", "") or getattr(node, "alt", "") or " " for node in walk(read(DRAFT))]
    return " ".join(parts)


@pytest.mark.parametrize("form", [Format.SUBSTACK, Format.MEDIUM, Format.HTML, Format.EMAIL])
def test_read_back_text_equals_the_draft(form: Format) -> None:
    """Nothing is lost, doubled or moved on the way."""
    written = write(read(DRAFT), form)
    page = written.partition("<body")[2] or written
    text = (
        _document_text(json.loads(written))
        if form is Format.SUBSTACK
        else _page_text(page if form is not Format.EMAIL else f"<div{page}")
    )

    assert _words(_draft_text()) == _words(text)


def test_draft_is_as_long_as_it_looks() -> None:
    """The words of the draft are counted once."""
    assert 47 == word_count(read(DRAFT))
