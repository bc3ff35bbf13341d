"""Writes the tables of docs/ that adapters declare of themselves; with --check it only says which are stale."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from newsletter_bot import ports  # noqa: E402
from newsletter_bot.model import Capabilities, Certainty, Holds, TextPowers  # noqa: E402
from newsletter_bot.platforms import Ground, adapters, powers, proofs_of  # noqa: E402
from newsletter_bot.settings.fields import fields_of  # noqa: E402
from newsletter_bot.settings.keys import Key  # noqa: E402
from newsletter_bot.settings.publications import COMMON, publication_keys  # noqa: E402
from newsletter_bot.settings.times import DURATION  # noqa: E402

Adapter = type[ports.Platform]

NOTE = "<!-- Written by tools/generated.py from what the adapters declare. Change it there. -->\n"

GUARANTEES = """# What is guaranteed, and on what that rests

A post that goes out twice cannot be unread, and one that was thought lost may have arrived. So the bot never guesses. This
page says what it promises everywhere, and then, platform by platform, what it can prove, what it looks up, and what it has
to ask of you.

## The promises

1. **Never a blind second post.** That a post is about to be sent is written into the ledger, and is on disk, before the first
   byte leaves. When the answer is lost (the connection dropped, time ran out, the service answered with a fault or with
   something unreadable, the process was killed) nobody knows whether the post is there. The delivery is then *unconfirmed*:
   the bot waits until a late request would have arrived (the settle time below), asks the platform, takes the post for its
   own when it is found, and sends again only when it is surely not there. Where the platform takes a key or an id that we
   choose, a repeat finds the first one. Exactly once is claimed nowhere that the platform makes it impossible.
2. **Daemon, cron and hand may run at once.** Each delivery has one sender at a time. A sender holds a lock that the kernel
   frees when the process dies, and every write to the ledger names the state that it starts from; whoever comes second, or
   wakes up after a pause, finds the row moved and sends nothing.
3. **Nothing is lost.** What was put off is tried again, after a minute, then two, four and so on, at most six hours, and never
   earlier than the platform asked for. A slot that passed while the machine slept follows `missed` in the settings. A receipt
   that was reported is on disk.
4. **One failure stays one failure.** A publication that is down holds up no other, and nothing is sent again to those that
   have it.
5. **An edit is an update, never a new post.** Where a platform cannot change a post, `plan` says so. No mail goes out twice.
   What a person changed on the platform since the last look is not overwritten.

## Held

A delivery that is *held* waits for you, and nothing the bot does by itself will move it. `newsletter-bot status` shows it
with the reason; the exit code is 3 when it is unconfirmed and 1 otherwise. It is held when

- its answer was lost and the look-up could not tell (several posts could be ours, or the platform shows nothing of the kind);
- its post was changed there by a person: the difference is kept, `newsletter-bot status DELIVERY` shows it;
- its post, for which there is a receipt, is gone;
- a change to a post that is out was refused;
- it was to be taken back and could not be: nothing else happens there until `retract` is asked for again.

## How it is proven

`make chaos` runs the command line as processes against stand-ins of the services. Each is killed, stopped while another runs, met
by a second one, or finds the disk full, at every request and every commit of the ledger; every answer is lost, cut, garbled,
late, or a fault before or after the post was stored. Then cron goes on by itself, and what the services hold is counted. The last
line says what came of it: `chaos: 2372 faults, 0 duplicates, 0 lost, 14 held for a person`; those held are lost answers to drafts
on Medium, which shows them to nobody. Programs that are broken on purpose are caught by the same count.

## Resolve

Look at the platform with your own eyes, then say what you saw:

```console
newsletter-bot resolve 2026-11-25-flywheels/medium --found https://medium.com/@ada/flywheels-1a2b3c
newsletter-bot resolve 2026-11-25-flywheels/medium --absent
```

`--found` records the post as delivered. Where the platform can be asked what stands at that address, its own word is
recorded, else yours. What stands there is left as it is. `--absent` makes the delivery due again, and the next `publish`
sends it. A number serves as well as the issue's id (`12/medium`). To put your text over what a person changed there:
`newsletter-bot publish DRAFT --overwrite`. While a living process is sending a delivery, `resolve` refuses to touch it.

## The words of the tables

*Proven*: it follows from what is in the ledger or from how the platform works. *Looked up*: the platform was asked, and the
answer decides. *Asked of a person*: no machine can know; it is held. The *settle time* is how long after a lost answer a
request may still take effect there; no look-up happens before it is over.
"""

PLATFORMS = """# Platforms

What each platform takes in `schedule.yaml`, what it can do and where its limits are. `newsletter-bot platforms` prints the
short form, `newsletter-bot schema` the JSON Schema for editors. What becomes of a lost answer stands in
[guarantees](guarantees.md); how to add a platform in [adding a platform](adding-a-platform.md).

A *secret* is never written into the settings, only where it is kept: `env:NAME`, `file:PATH` or `keyring:SERVICE/NAME`.

## Keys of every publication
"""

CERTAINTIES = {
    Certainty.KEYED: "keyed: the platform knows our own key or id, a repeat creates nothing new",
    Certainty.LOOKUP: "looked up: the platform can be asked what it holds",
    Certainty.BLIND: "blind: the platform tells nothing, a person looks",
}
GROUNDS = {Ground.PROVEN: "proven", Ground.LOOKED_UP: "looked up", Ground.PERSON: "asked of a person"}
LIMITS = {
    "formats": "Formats, the preferred one first",
    "images": "Images",
    "image_types": "Kinds of image",
    "image_bytes": "Image size",
    "image_pixels": "Image side",
    "canonical_url": "Canonical URL",
    "scheduling": "Scheduler of its own (`publish: scheduled`)",
    "drafts": "Drafts (`publish: draft`)",
    "mail": "Mail (`email: true`)",
    "paid": "Paid audience",
    "tags": "Tags",
    "tag_length": "Tag length",
    "tag_pattern": "Letters of a tag",
    "title_length": "Title length",
    "subtitle": "Subtitle",
    "slug": "Slug",
    "cover": "Cover",
    "body_length": "Text length",
    "daily": "Posts in 24 h",
}
UNITS = {
    "image_bytes": "bytes",
    "image_pixels": "pixels",
    "tag_length": "characters",
    "title_length": "characters",
    "body_length": "characters",
}
COUNTED = frozenset({"tags"})
"""Limits for which nought means none; for the others it means that there is no limit."""


def ours() -> list[Adapter]:
    """The adapters of this project, by name; those that other packages add have docs of their own."""
    return [kind for _, kind in sorted(adapters().items()) if kind.__module__.startswith("newsletter_bot.")]


def guarantees() -> str:
    """docs/guarantees.md."""
    parts = [
        NOTE,
        GUARANTEES,
        "\n## At a glance\n",
        *_table(["platform", "a lost answer is", "settle time"], _glance()),
    ]
    for kind in ours():
        parts += [f"\n## {_title(kind)}\n", *_table(["what happened", "what follows", "rests on"], _proofs(kind))]
    return "\n".join(parts) + "\n"


def _glance() -> Iterator[list[str]]:
    for kind in ours():
        able = kind.capabilities
        yield [f"[{_title(kind)}](#{kind.name})", CERTAINTIES[able.certainty], _span(able.settle)]


def _proofs(kind: Adapter) -> Iterator[list[str]]:
    for proof in proofs_of(kind):
        yield [proof.question, proof.answer, GROUNDS[proof.ground]]


def platforms() -> str:
    """docs/platforms.md."""
    parts = [NOTE, PLATFORMS, *_keys(COMMON.values())]
    for kind in ours():
        own = [key for name, key in publication_keys(fields_of(kind)).items() if name not in COMMON]
        parts += [f"\n## {_title(kind)}\n", _first_line(kind), "\n### Settings\n", *_keys(own)]
        parts += ["\n### Powers\n", *_powers(kind)]
        parts += ["\n### Limits\n", *_table(["limit", "value"], _limits(kind.capabilities))]
        parts += ["\n### What its text can hold\n", *_text(kind.capabilities.text)]
    return "\n".join(parts) + "\n"


def _keys(keys: Any) -> list[str]:
    return _table(["key", "value", "default", "meaning"], (_key(key) for key in keys))


def _key(key: Key) -> list[str]:
    default = "**required**" if key.required else _default(key.default)
    return [f"`{key.name}`", _kind(key.kind.schema), default, key.help]


def _kind(schema: Any) -> str:
    """What may stand there, in words, from the schema of the key."""
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if schema == DURATION.schema:
        return "span such as `3d`"
    if "env:" in str(schema.get("pattern", "")):
        return "secret"
    if schema.get("format") == "uri":
        return "address"
    return {"boolean": "`true` or `false`", "integer": "number"}.get(str(schema.get("type")), "text")


def _default(value: object) -> str:
    if value is None or value == "":
        return "-"
    return f"`{str(value).lower()}`" if isinstance(value, bool) else f"`{value}`"


def _powers(kind: Adapter) -> list[str]:
    """Powers in the words of the ports, then those that are missing."""
    meanings = {name.lower(): value.__doc__ for name, value in vars(ports).items() if isinstance(value, type)}
    have = sorted(powers(kind))
    lacks = sorted(name for name, value in vars(ports).items() if _is_power(value) and name.lower() not in have)
    lines = [f"- **{name}**: {_lowered(str(meanings[name]).splitlines()[0])}" for name in have]
    return [*lines, *([f"\nMissing: {', '.join(name.lower() for name in lacks)}."] if lacks else [])]


def _is_power(value: object) -> bool:
    """Whether a port is an optional power: a protocol that can be asked for at run time."""
    return isinstance(value, type) and bool(getattr(value, "_is_runtime_protocol", False))


def _limits(able: Capabilities) -> Iterator[list[str]]:
    for field in fields(able):
        if field.name not in ("certainty", "settle", "text"):
            label = LIMITS.get(field.name, field.name.replace("_", " ").capitalize())
            yield [label, _limit(field.name, getattr(able, field.name))]


def _limit(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(str(each) for each in value)
    if value in (0, None):
        return "none" if name in COUNTED else "no limit"
    if isinstance(value, int):
        return f"{value:,} {UNITS.get(name, '')}".strip()
    return f"`{value}`" if name.endswith("pattern") else str(value)


def _text(text: TextPowers) -> list[str]:
    """What the text holds, and what is replaced by something that stands in its place."""
    flags = {field.name: getattr(text, field.name) for field in fields(text)}
    can = [_words(name) for name, value in flags.items() if value is True]
    cannot = [_words(name) for name, value in flags.items() if value is False]
    parts = {name.removesuffix("_hold"): value for name, value in flags.items() if isinstance(value, Holds)}
    confined = {part: holds for part, holds in parts.items() if holds is not Holds.ANYTHING}
    first, last = text.heading_levels
    return [
        f"- Carried as written: {', '.join(can) or 'nothing of the list'}",
        f"- Replaced, and told as a loss: {', '.join(cannot) or 'nothing'}",
        *[f"- {part.capitalize()} hold {holds} only" for part, holds in confined.items()],
        f"- Headings: levels {first} to {last}",
        f"- Embeds: {', '.join(text.embeds) or 'none; a link stands in their place'}",
    ]


def _title(kind: Adapter) -> str:
    return kind.name.capitalize()


def _words(name: str) -> str:
    return "raw HTML" if name == "raw_html" else name.replace("_", " ")


def _first_line(kind: Adapter) -> str:
    return str(kind.__doc__).splitlines()[0]


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min" if minutes and not rest else f"{seconds} s"


def _table(head: list[str], rows: Any) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines]


PAGES: dict[str, Callable[[], str]] = {"docs/guarantees.md": guarantees, "docs/platforms.md": platforms}
"""Every generated page and what writes it."""


def stale(root: Path = ROOT) -> list[str]:
    """The pages that do not say what the code says."""
    return [name for name, write in PAGES.items() if _read(root / name) != write()]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check say which are stale: 1 when one is."""
    if arguments not in ([], ["--check"]):
        print("usage: tools/generated.py [--check]", file=sys.stderr)
        return 2
    behind = stale()
    for name in behind:
        if arguments:
            print(f"{name} is stale: run python tools/generated.py")
        else:
            (ROOT / name).write_text(PAGES[name](), encoding="utf-8")
            print(f"{name} written")
    return 1 if arguments and behind else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
