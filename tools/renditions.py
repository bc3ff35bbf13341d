"""Writes the table of docs/renditions.md: each thing a draft can say, rendered for each platform; --check only looks."""

import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from newsletter_bot.assembly import Frame, assemble  # noqa: E402
from newsletter_bot.model import Audience, Draft, Rendition  # noqa: E402
from newsletter_bot.platforms import adapters  # noqa: E402
from newsletter_bot.ports import Outlet, Platform  # noqa: E402
from newsletter_bot.renditions import render  # noqa: E402

PAGE = ROOT / "docs" / "renditions.md"
START, END = "<!-- table: written by tools/renditions.py -->\n", "<!-- end of the table -->\n"
CLOCK = datetime(2026, 11, 25, 9, tzinfo=UTC)
WIDE = "a cell with as many words as no telephone shows in one line of a table"
SAMPLES = {
    "headings, six levels": "## a\n\n### b\n\n#### c\n\n##### d\n\n###### e",
    "emphasis, strong, code, links": "*a* **b** `c` [d](https://a.example)",
    "struck-through text": "~~a~~",
    "lists": "- a\n- b",
    "lists within lists": "- a\n  1. b",
    "task lists": "- [x] a\n- [ ] b",
    "definition lists": "a\n: b",
    "quotations": "> a",
    "quotations within quotations": "> a\n>\n> > b",
    "callouts": "> [!TIP]\n> a",
    "lists and code within callouts": "> [!TIP]\n> - a\n>\n> ```\n> b\n> ```",
    "headings and pictures within quotations": "> ## a\n>\n> ![b](https://a.example/a.png)",
    "code and pictures within lists": "- a\n\n  ```\n  b\n  ```\n\n  ![c](https://a.example/a.png)",
    "code blocks": "```\na\n```",
    "the language of code": "```python\na\n```",
    "rules": "a\n\n---\n\nb",
    "narrow tables": "| a | b |\n|---|---|\n| c | d |",
    "wide tables, and those with links": f"| a | b |\n|---|---|\n| c | {WIDE} |",
    "footnotes": "a[^1]\n\n[^1]: b",
    "footnotes with several references": "a[^1] b[^1]\n\n[^1]: c",
    "lists and pictures within footnotes": "a[^1]\n\n[^1]: b\n\n    - c\n\n    ![d](https://a.example/a.png)",
    "formulas": "$a$\n\n$$\nb\n$$",
    "pictures with a caption": '![a](https://a.example/a.png "b")',
    "pictures within a line": "a ![b](https://a.example/a.png) c",
    "YouTube, alone on a line": "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "a tweet, alone on a line": "https://twitter.com/a/status/1234567890123456789",
    "a gist, alone on a line": "https://gist.github.com/a/0123456789abcdef0123456789abcdef",
    "a subscribe button": "<!-- subscribe: a -->",
    "HTML of your own": "a <mark>b</mark>",
    "the part behind the paywall": "a\n\n<!-- paywall -->\n\nb",
}
"""What a draft can say, and the smallest text that says it."""


def table() -> str:
    """The table as Markdown."""
    kinds = {name: kind for name, kind in sorted(adapters().items()) if kind.__module__.startswith("newsletter_bot.")}
    lines = [["in the draft", *(name.capitalize() for name in kinds)], ["---"] * (len(kinds) + 1)]
    lines += [[what, *(_cell(_rendered(text, kinds[name])) for name in kinds)] for what, text in SAMPLES.items()]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _rendered(text: str, kind: type[Platform]) -> Rendition:
    audience = Audience.PAID if "paywall" in text else Audience.EVERYONE
    draft = Draft(id="a", path="drafts/a.md", title="A", body=text, audience=audience)
    issue = assemble([draft], frame=Frame(newsletter="a", title="A"), number=1, slot="2026-W48", clock=CLOCK)
    return render(
        issue, Outlet(name=kind.name, platform=kind.name, capabilities=kind.capabilities, open=_unopened), home=False
    )


def _cell(rendition: Rendition) -> str:
    return "; ".join(dict.fromkeys(loss.instead for loss in rendition.losses)).replace("~", "\\~") or "as written"


def _unopened() -> Platform:
    raise AssertionError("a rendition needs no adapter")


def page(before: str) -> str:
    """The page with its table as the code has it now."""
    head, _, rest = before.partition(START)
    return head + START + table() + END + rest.partition(END)[2]


def main(arguments: list[str]) -> int:
    """Write the page, or with --check say whether it is stale: 1 when it is."""
    if arguments not in ([], ["--check"]):
        print("usage: tools/renditions.py [--check]", file=sys.stderr)
        return 2
    before = PAGE.read_text(encoding="utf-8")
    after = page(before)
    if arguments and before != after:
        print("docs/renditions.md is stale: run python tools/renditions.py")
        return 1
    if not arguments:
        PAGE.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
