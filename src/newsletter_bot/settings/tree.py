"""The YAML of schedule.yaml as a tree that keeps every scalar's text and line.

Nothing is converted here, so that ``09:00`` stays ``09:00`` and ``no`` stays ``no``: what a value means is decided by
the key it stands under. The tree is built from parser events with limits on depth and size, aliases counted as if
they were written out; so neither nesting nor a chain of aliases can take more than a moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from newsletter_bot.errors import SettingsError
from newsletter_bot.settings.place import Place, clipped

FILE_BYTES = 512 * 1024
DEPTH = 16
SIZE = 20_000
"""Nodes that the whole file may have once its aliases are written out; a long text counts for several."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STANDARD = "tag:yaml.org,2002:"
_HARMLESS = {"!", *(_STANDARD + name for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq"))}
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as written; ``plain`` when it stands without quotes."""

    line: int
    text: str
    plain: bool

    @property
    def empty(self) -> bool:
        """Whether the writer left the value out."""
        return self.plain and self.text in {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a table with its value; ``line`` is the key's."""

    name: str
    line: int
    node: Node


@dataclass(frozen=True, slots=True)
class Table:
    """Keys and values in the order of the file."""

    line: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A list."""

    line: int
    items: tuple[Node, ...]


Node: TypeAlias = Scalar | Table | Row


def told(node: Node) -> str:
    """What a node is, in a person's words."""
    if isinstance(node, Table):
        return "keys and values"
    if isinstance(node, Row):
        return "a list"
    return "nothing" if node.empty else "text" if not node.plain else "a single value"


def grow(data: bytes, file: str) -> Table:
    """The tree of a whole file. Raises SettingsError for whatever is not one plain table of keys."""
    text = _decoded(data, file)
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, text, file) from None
    except yaml.YAMLError:
        raise SettingsError("this is not YAML", file=file, fix="save it as plain UTF-8 text") from None
    return builder.root()


def _decoded(data: bytes, file: str) -> str:
    """The text of the file: UTF-8 with or without a byte order mark."""
    if len(data) > FILE_BYTES:
        raise SettingsError(f"the file is larger than {FILE_BYTES // 1024} kB", file=file, fix="is it the right file?")
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise SettingsError("the file is UTF-16", file=file, line=1, fix="save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError("the file is not UTF-8", file=file, line=line, fix="save it as UTF-8") from None
    if found := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        message = f"a control character (U+{ord(found.group()):04X}) stands here"
        raise SettingsError(message, file=file, line=line, fix="remove it")
    return text


def _syntax_error(error: yaml.MarkedYAMLError, text: str, file: str) -> SettingsError:
    """YAML that cannot be read, told without repeating what stands there."""
    mark = error.problem_mark or error.context_mark
    lines = text.splitlines() or [""]
    number = min(mark.line if mark else 0, len(lines) - 1)
    indent = re.match(r"\s*", lines[number])
    if indent and "\t" in indent.group():
        return SettingsError("a tab indents this line", file=file, line=number + 1, fix="indent with spaces")
    problem = error.problem or "this cannot be read"
    if "cannot start any token" in problem:
        fix = "put the value in quotes"
    else:
        fix = "look for a missing colon, quote or bracket, or a wrong indent, here or just above"
    return SettingsError(f"not valid YAML: {problem}", file=file, line=number + 1, fix=fix)


@dataclass(slots=True)
class _Frame:
    """A table or list that is still open."""

    line: int
    anchor: str | None
    table: bool
    size: int = 1
    name: Scalar | None = None
    entries: list[Entry] = field(default_factory=list[Entry])
    lines: dict[str, int] = field(default_factory=dict[str, int])
    merged: list[Entry] = field(default_factory=list[Entry])
    items: list[Node] = field(default_factory=list["Node"])

    def closed(self) -> Node:
        """The finished node; keys of its own win over merged ones."""
        if not self.table:
            return Row(self.line, tuple(self.items))
        own = set(self.lines)
        return Table(self.line, (*self.entries, *_unique(self.merged, own)))


def _unique(entries: list[Entry], taken: set[str]) -> Iterator[Entry]:
    for entry in entries:
        if entry.name not in taken:
            taken.add(entry.name)
            yield entry


class _Builder:
    """Takes the parser's events and keeps the limits."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.open: list[_Frame] = []
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.done: Node | None = None
        self.size = 0

    def place(self, line: int) -> Place:
        """The key path of what is being read."""
        path = ".".join(clipped(frame.name.text) for frame in self.open if frame.name is not None)
        return Place(self.file, line, path)

    def root(self) -> Table:
        """The finished tree, which must be a table."""
        if isinstance(self.done, Table):
            return self.done
        if self.done is None or (isinstance(self.done, Scalar) and self.done.empty):
            raise SettingsError("the file is empty", file=self.file, fix='"newsletter-bot init" writes a first one')
        message = f"keys and values are expected at the top, not {told(self.done)}"
        raise SettingsError(message, file=self.file, line=self.done.line, fix='begin with "newsletter:"')

    def take(self, event: yaml.Event) -> None:
        """One step of the parser."""
        line = event.start_mark.line + 1 if event.start_mark else 1
        match event:
            case yaml.DocumentStartEvent() if self.done is not None:
                raise Place(self.file, line).error("a second document begins here", "keep one, remove the line ---")
            case yaml.ScalarEvent():
                self.scalar(event, line)
            case yaml.AliasEvent():
                self.alias(event, line)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self.begin(event, line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.end()
            case _:
                pass

    def scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        """A key or a value."""
        self.refuse_tag(event, line)
        text = event.value
        if _CONTROL.search(text):
            raise self.place(line).error("the value holds a control character", "remove the escape")
        plain = event.style in {None, ""} and event.tag != _STANDARD + "str"
        self.keep(Scalar(line, text, plain), event.anchor, 1 + len(text) // 100)

    def alias(self, event: yaml.AliasEvent, line: int) -> None:
        """A repetition of what an anchor named."""
        found = self.anchors.get(str(event.anchor))
        if found is None:
            message = "an alias (*) stands here that names nothing above"
            raise self.place(line).error(message, "put a value that begins with * in quotes")
        self.keep(found[0], None, found[1])

    def begin(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, line: int) -> None:
        """A table or list opens."""
        self.refuse_tag(event, line)
        if len(self.open) >= DEPTH:
            raise Place(self.file, line).error("this is nested too deeply", f"at most {DEPTH} levels")
        self.open.append(_Frame(line, event.anchor, isinstance(event, yaml.MappingStartEvent)))

    def end(self) -> None:
        """The innermost table or list closes."""
        frame = self.open.pop()
        self.size -= frame.size - 1
        self.keep(frame.closed(), frame.anchor, frame.size)

    def keep(self, node: Node, anchor: str | None, size: int) -> None:
        """Put a finished node where it belongs."""
        self.size += size
        if self.size > SIZE:
            raise Place(self.file, node.line).error(
                "the file says too much, or repeats itself by aliases", "shorten it"
            )
        if anchor is not None:
            self.anchors[anchor] = (node, size)
        if not self.open:
            self.done = node
            return
        frame = self.open[-1]
        frame.size += size
        if not frame.table:
            frame.items.append(node)
        elif frame.name is None:
            frame.name = self.new_name(node, frame)
        else:
            self.add_entry(frame, frame.name, node)

    def new_name(self, node: Node, frame: _Frame) -> Scalar:
        """A key, which must be text and stand only once."""
        place = self.place(node.line)
        if not isinstance(node, Scalar) or not node.text:
            raise place.error(
                f"a key must be a word, not {told(node)}", "put a value with braces or brackets in quotes"
            )
        if node.text in frame.lines:
            message = f"this key stands on line {frame.lines[node.text]} and again on line {node.line}"
            raise place.under(node.text, node.line).error(message, "keep one of them")
        frame.lines[node.text] = node.line
        return node

    def add_entry(self, frame: _Frame, name: Scalar, node: Node) -> None:
        """A key with its value; ``<<`` takes over the keys of other tables."""
        if name.text == "<<" and name.plain:
            frame.merged.extend(self.merged(node))
        else:
            frame.entries.append(Entry(name.text, name.line, node))
        frame.name = None

    def merged(self, node: Node) -> Iterator[Entry]:
        """What ``<<`` takes over."""
        for table in node.items if isinstance(node, Row) else (node,):
            if not isinstance(table, Table):
                raise self.place(node.line).error("<< takes over the keys of a table", "write <<: *name")
            yield from table.entries

    def refuse_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
        """Tags could make objects elsewhere; here they mean nothing."""
        if event.tag is not None and event.tag not in _HARMLESS:
            fix = "remove it, or put a value that begins with ! in quotes"
            raise self.place(line).error("a YAML tag (!) stands here", fix)
