"""YAML as a writer means it, read with libyaml: keys known by their lines, doubled keys refused, bombs defused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import yaml
from yaml.constructor import ConstructorError

from newsletter_bot.errors import DraftError

if TYPE_CHECKING:
    from yaml import CSafeLoader as FastLoader
else:
    FastLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

WITH_LIBYAML = hasattr(yaml, "CSafeLoader")
"""Whether the fast reader is there: without it reading takes several times as long."""

DEPTH = 50
NODES = 200_000
SHORT = 8000
"""A text this short cannot nest deeply enough to exhaust the stack of libyaml's composer."""
_MERGE = "tag:yaml.org,2002:merge"


class Placed(dict[str, Any]):
    """A mapping that knows the 1-based line of the file on which it and each of its keys stand."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int | None = None) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class WriterLoader(FastLoader):
    """Safe YAML whose mappings are Placed, whose keys are text, and in which 10:30 stays 10:30."""

    first_line: int = 1

    def place_mapping(self, node: yaml.MappingNode) -> Iterator[Placed]:
        """Builds a Placed mapping in the two steps that the library asks for."""
        placed = Placed(node.start_mark.line + self.first_line)
        yield placed
        own = self._own_keys(node)
        self.flatten_mapping(node)
        for key, value in node.value:
            placed[key.value] = self.construct_object(value)
        placed.lines.update(own)

    def _own_keys(self, node: yaml.MappingNode) -> dict[str, int]:
        lines: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise ConstructorError(None, None, "a key must be plain text", key.start_mark)
            line = key.start_mark.line + self.first_line
            if key.value in lines:
                problem = f"the key `{key.value}` is doubled: it stands on line {lines[key.value]} already"
                raise ConstructorError("doubled", None, problem, key.start_mark)
            if key.tag != _MERGE:
                lines[key.value] = line
        return lines


class CarefulLoader(WriterLoader):
    """Reads a text again whose values Python cannot hold (February 30), to tell on which line they stand."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """The value of a node, or an error that knows its line."""
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, OverflowError, TypeError, AttributeError, LookupError) as error:
            problem = f"`{getattr(node, 'value', '')!s:.40}` is no valid value"
            raise ConstructorError(None, None, problem, node.start_mark) from error


def _without_base_60() -> None:
    """YAML 1.1 reads 10:30 as 630; a writer means half past ten."""
    number = re.compile(r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)")
    fraction = re.compile(
        r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|\.[0-9][0-9_]*|\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN)"
    )
    replaced = {
        "tag:yaml.org,2002:int": re.compile(rf"(?:{number.pattern})$"),
        "tag:yaml.org,2002:float": re.compile(rf"(?:{fraction.pattern})$"),
    }
    WriterLoader.yaml_implicit_resolvers = {
        first: [(tag, replaced.get(tag, pattern)) for tag, pattern in rules]
        for first, rules in FastLoader.yaml_implicit_resolvers.items()
    }


_without_base_60()
WriterLoader.add_constructor("tag:yaml.org,2002:map", WriterLoader.place_mapping)


def load_yaml(text: str, *, file: str, first_line: int = 1) -> Any:
    """The value of a YAML text that starts on ``first_line`` of ``file``; raises DraftError with line and mend."""
    try:
        if len(text) > SHORT:
            _check_depth(text)
        try:
            return _constructed(text, WriterLoader, first_line)
        except (ValueError, OverflowError, TypeError, AttributeError, LookupError):
            return _constructed(text, CarefulLoader, first_line)
    except yaml.YAMLError as error:
        raise _told(error, text, file=file, first_line=first_line) from error
    except RecursionError as error:
        raise DraftError("the text is nested too deeply", file=file, line=first_line, fix="flatten it") from error


def _constructed(text: str, kind: type[WriterLoader], first_line: int) -> Any:
    loader = kind(text)
    loader.first_line = first_line
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        if "&" in text or sum(map(text.count, "[{-:?")) > DEPTH:
            _check_weight(node)
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _check_depth(text: str) -> None:
    depth = 0
    events: Iterator[Any] = yaml.parse(text, Loader=FastLoader)
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEPTH:
                mark: Any = event.start_mark
                raise ConstructorError(None, None, "the text is nested too deeply", mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _check_weight(root: yaml.Node) -> None:
    """Counts what anchors and aliases would expand to: a few lines can stand for billions of values."""
    weight = 0
    waiting = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        weight += 1
        if weight > NODES or depth > DEPTH:
            raise ConstructorError(None, None, "aliases or nesting make the text too large", root.start_mark)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                waiting += ((key, depth + 1), (value, depth + 1))
        elif isinstance(node, yaml.SequenceNode):
            waiting += [(item, depth + 1) for item in node.value]


def _told(error: yaml.YAMLError, text: str, *, file: str, first_line: int) -> DraftError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line if mark else text.count("\n", 0, getattr(error, "position", 0) or 0)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "this is no valid YAML"
    if problem.startswith("could not determine a constructor"):
        problem = "a value begins with a tag (`!`), which is not read here"
    lines = text.split("\n")
    source = lines[min(line, len(lines) - 1)]
    doubled = re.search(r"the key `(.*)` is doubled", problem)
    key = doubled[1] if doubled else None
    return DraftError(problem, file=file, line=line + first_line, key=key, fix=_mend(problem, source))


def _mend(problem: str, source: str) -> str:
    if "doubled" in problem:
        return "keep one of the two"
    if "is no valid value" in problem:
        return "correct it, or put it in quotes to make it text"
    if "a tag (`!`)" in problem:
        return "put the value in quotes, or leave the tag out"
    if "\t" in source:
        return "indent with spaces, not with tabs"
    if "aliases" in problem or "nested" in problem:
        return "write the values out, without anchors and aliases"
    if "control characters" in problem or "special characters" in problem:
        return "remove the invisible character"
    if ": " in source.partition(":")[2] or source.rstrip().endswith(":"):
        return "put a value that holds a colon in quotes"
    return "check quotes, brackets and indentation around this line"
