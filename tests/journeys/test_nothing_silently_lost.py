"""What a draft says is what a reader finds on each platform, or it stands among the losses."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import httpx
import pytest
from lost_words import rendition_of, words_carried, words_of_draft, words_of_html
from writer_stage import Writer

from newsletter_bot.errors import DraftError
from newsletter_bot.sources.front_matter import split_front_matter

PLATFORMS = ("substack", "medium")
CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "markdown"
WIDE = "sixteen words that make a cell much too wide for any telephone that people carry in pockets"
SAMPLES = {
    "emphasis": "Plain, *leaning*, **loud**, ***both***, `code`, ~~struck~~ and a\\*star.",
    "lists": "- alpha\n  - beta\n    1. gamma\n    2. delta\n- epsilon\n\n  second paragraph\n\n3. three\n4. four",
    "tasks": "- [ ] buy oil\n- [x] trim wicks\n  - [ ] the seventh too",
    "narrow table": "| habit | days |\n|---|--:|\n| walk | 27 |\n| write | 24 |",
    "wide table": f"| Lantern | Reason |\n|---|---|\n| seventh | {WIDE} |\n| eighth | |\n| | alone |",
    "table with links": "| Name | Where |\n|---|---|\n| Fair | [Porto](https://porto.example) |",
    "table with a picture": "| Name | Seen |\n|---|---|\n| Lamp | ![A brass lamp](https://img.example/a.png) |",
    "quotes": "> outer words\n>\n> > inner words\n>\n> - a point\n\nafter",
    "code": "```python\nprint('tide')\n```\n\n    indented tide\n\n```\nunclosed tide",
    "headings": "# One\n\n## Two\n\n### Three\n\n#### Four\n\n##### Five\n\n###### Six\n\nSetext\n------\n\ntext",
    "footnotes": "Oil[^a] and wick[^b], oil again[^a].\n\n[^a]: From the *bakery*.\n[^b]: Cotton.\n\n    Twice trimmed.",
    "links": "[words](https://a.example 'title') <https://b.example/path> [ref][r] https://c.example\n\n[r]: https://d.example",
    "images": "![A lantern](https://img.example/l.png 'The seventh')\n\nwithin ![a wick](https://img.example/w.png) a line",
    "raw html": "<div>boxed <b>bold</b> words</div>\n\na <mark>marked</mark> <kbd>Enter</kbd> word",
    "html table": "<table><tr><td>Progress</td><td>half done</td></tr><tr><td>Contact</td><td>nobody</td></tr></table>",
    "details": "<details><summary>More</summary>\n\nhidden words\n\n</details>",
    "generics": "Return a List<String> or a Vec<Item> of lanterns.",
    "entities": "caf&eacute; &amp; &lt;lamp&gt; &#128161;",
    "scripts": "\u65e5\u672c\u8a9e \u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u05e2\u05d1\u05e8\u05d9\u05ea \u0440\u0443\u0441\u0441\u043a\u0438\u0439 na\u00efve",
    "breaks": "one  \ntwo\\\nthree\n\n---\n\nfour\n***\nfive",
}


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("name", SAMPLES)
def test_every_word_is_carried(name: str, platform: str) -> None:
    """Every word that another reader of Markdown shows is found on the platform, as often."""
    body = SAMPLES[name]

    assert Counter() == words_of_draft(body.replace("[x]", "[ ]")) - words_carried(rendition_of(body, platform))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_is_left_out_is_told(platform: str) -> None:
    """Text that cannot be carried at all is named with its line."""
    rendition = rendition_of("Before.\n\n<script>alert('tide')</script>\n\nAfter.", platform)

    assert "tide" not in rendition.body
    assert [("HTML <script>", "left out", 3)] == [(loss.what, loss.instead, loss.line) for loss in rendition.losses]


def test_struck_words_do_not_turn_into_their_opposite() -> None:
    """Where nothing can be struck through, the words are still marked."""
    rendition = rendition_of("I am ~~not~~ sure.", "medium")

    assert "I am ~~not~~ sure." in rendition.body
    assert ["struck-through text"] == [loss.what for loss in rendition.losses]


def test_the_services_hold_every_word(writer: Writer) -> None:
    """The pages of both services show every word of the draft and of its notice after publishing."""
    body = "\n\n".join(SAMPLES[name] for name in ("emphasis", "lists", "narrow table", "quotes", "headings", "details"))
    writer.write("everything", body, title="Everything at once")
    writer.run("note", "The archive has moved.")

    assert 0 == writer.publish().code

    wanted = words_of_draft(body) + Counter(("archive", "moved"))
    pages = {
        each["publication"]: each["url"] for each in writer.run("status", "--json").json["issues"][0]["deliveries"]
    }
    held = {name: words_of_html(httpx.get(url, timeout=10).text) for name, url in pages.items()}
    assert {name: Counter() for name in PLATFORMS} == {name: wanted - words for name, words in held.items()}


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"needs the real newsletters of {CORPUS.name} in ../shared/corpora")
def test_real_newsletters_keep_their_words() -> None:
    """Of hundreds of real posts no word is missing on either platform, except within what is told as left out."""
    files = sorted(path for path in CORPUS.rglob("*") if path.suffix in (".md", ".markdown"))[::9]

    missing = {str(path): lost for path in files for platform in PLATFORMS if (lost := _lost(path, platform))}

    assert {} == missing


def _lost(path: Path, platform: str) -> Counter[str]:
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    try:
        body = split_front_matter(text, file=path.name).body
    except DraftError:
        body = text
    rendition = rendition_of(body, platform)
    if any(loss.instead == "left out" for loss in rendition.losses):
        return Counter()
    return words_of_draft(body) - words_carried(rendition)
