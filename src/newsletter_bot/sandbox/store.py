"""Where the sandbox keeps what it was given: in memory, and when asked in a folder that outlives a killed sandbox."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]


class Shelf:
    """JSON records by key, in order of arrival; with a folder each is also one file, replaced in one step."""

    def __init__(self, folder: Path | None) -> None:
        self._records: dict[str, Json] = {}
        self._places: dict[str, int] = {}
        self._folder = folder
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._read(folder)

    def _read(self, folder: Path) -> None:
        found = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")]
        for entry in sorted(found, key=lambda entry: int(entry["order"])):
            self._records[entry["key"]] = entry["record"]
            self._places[entry["key"]] = int(entry["order"])

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Json]:
        return iter(list(self._records.values()))

    def get(self, key: str | int) -> Json | None:
        """The record itself, not a copy: change it, then ``put`` it."""
        return self._records.get(str(key))

    def put(self, key: str | int, record: Json) -> None:
        """Stores or replaces a record; a replaced one keeps its place."""
        self._records[str(key)] = record
        place = self._places.setdefault(str(key), self._next_place())
        if self._folder is not None:
            self._write(self._folder / f"{key}.json", {"key": str(key), "order": place, "record": record})

    def _next_place(self) -> int:
        last = next(reversed(self._places.values()), 0)
        return last + 1

    @staticmethod
    def _write(path: Path, entry: Json) -> None:
        spare = path.with_suffix(".new")
        spare.write_text(json.dumps(entry), encoding="utf-8")
        os.replace(spare, path)  # noqa: PTH105  the atomic call, by its name

    def remove(self, key: str | int) -> None:
        """Forgets a record; one that is not there is no error."""
        self._records.pop(str(key), None)
        self._places.pop(str(key), None)
        if self._folder is not None:
            (self._folder / f"{key}.json").unlink(missing_ok=True)

    def clear(self) -> None:
        """Forgets everything."""
        for key in list(self._records):
            self.remove(key)


class Files:
    """Uploaded images by name, served again under the same name."""

    def __init__(self, folder: Path | None) -> None:
        self._contents: dict[str, bytes] = {}
        self._folder = folder
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._contents = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}

    def __len__(self) -> int:
        return len(self._contents)

    def get(self, name: str) -> bytes | None:
        """The content, or None."""
        return self._contents.get(name)

    def put(self, name: str, content: bytes) -> None:
        """Stores a file under a name of our own making."""
        self._contents[name] = content
        if self._folder is not None:
            (self._folder / name).write_bytes(content)

    def names(self) -> list[str]:
        """What is there, oldest first."""
        return list(self._contents)

    def clear(self) -> None:
        """Forgets everything."""
        for name in list(self._contents):
            del self._contents[name]
            if self._folder is not None:
                (self._folder / name).unlink(missing_ok=True)
