"""The writer's own templates: the files of ``templates/``, each named by the section that it writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from newsletter_bot.sources.files import read_text

TEMPLATES = "templates"


class TemplateFolder(Mapping[str, str]):
    """The sources of a newsletter's templates by name (``templates/events.md.j2`` is ``events``), read when asked for.

    Asking for one raises DraftError when its file cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        own = folder / TEMPLATES
        found = sorted(own.glob("*.j2")) if own.is_dir() else []
        self._paths = {path.name.split(".", 1)[0]: path for path in found}
        self._read: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        """The source of a template."""
        if name not in self._read:
            path = self._paths[name]
            self._read[name] = read_text(path, file=f"{TEMPLATES}/{path.name}")
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        """Whether there is a file of that name, readable or not."""
        return name in self._paths

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._paths)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._paths)
