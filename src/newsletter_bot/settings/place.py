"""Where in schedule.yaml a value stands, and how an error speaks of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from newsletter_bot.errors import SettingsError

SHOWN = 40
"""Characters of a value or name that an error repeats at most."""

_CREDENTIAL = re.compile(r"(?=\S*[0-9])(?=\S*[A-Za-z])[\w+/=.:%~-]{12,}|://\S*@")
_WORD = re.compile(r"[a-z][a-z_-]{0,19}|[0-9]{1,4}[a-z]{0,2}")


@dataclass(frozen=True, slots=True)
class Place:
    """File, 1-based line and key path of a value."""

    file: str
    line: int | None = None
    key: str = ""

    def under(self, name: str, line: int) -> Place:
        """The place of a key of this table."""
        return replace(self, key=f"{self.key}.{clipped(name)}".lstrip("."), line=line)

    def item(self, index: int, line: int) -> Place:
        """The place of an item of this list, counted from 0."""
        return replace(self, key=f"{self.key}[{index}]", line=line)

    def error(self, message: str, fix: str | None = None) -> SettingsError:
        """The error that names this place."""
        return SettingsError(message, file=self.file, line=self.line, key=self.key or None, fix=fix)

    def shown(self, text: str) -> str:
        """A value as an error may repeat it: short, and never what could be a credential.

        Among publications, where credentials are written into the wrong line, only plain words are repeated.
        """
        risky = self.key.startswith("publications") and not _WORD.fullmatch(text)
        hidden = risky or len(text) > SHOWN or _CREDENTIAL.search(text)
        return "this value" if hidden else f'"{clipped(text)}"'


def clipped(text: str) -> str:
    """A name on one line and of bearable length."""
    line = text if text.isprintable() else ascii(text)[1:-1]
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The valid name that was probably meant, if one is close enough."""
    from difflib import get_close_matches

    plain = {name.casefold().replace("-", "_"): name for name in sorted(names, reverse=True)}
    found = get_close_matches(word[:SHOWN].casefold().replace("-", "_"), plain, n=1, cutoff=0.55)
    return plain[found[0]] if found else None


def advice(word: str, names: Iterable[str], *, kind: str = "name") -> str:
    """What to write instead: the nearest valid name, else all of them."""
    known = sorted(names)
    if not known:
        return f"there is no {kind} to choose from"
    meant = nearest(word, known)
    return f'did you mean "{meant}"?' if meant else f"known: {', '.join(known)}"
