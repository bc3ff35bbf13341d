"""Where templates are filled: Jinja2's sandbox, in which no value gives more than its words and no work goes on for ever.

Loops, calls, filters and texts are counted while they run: what would never end, or would fill the memory, is an error at
its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, TypeVar

from jinja2 import Environment, FunctionLoader, StrictUndefined, TemplateRuntimeError, Undefined, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from jinja2.visitor import NodeTransformer

from newsletter_bot.assembly.disguise import OwnWords, Passage

STEPS = 300_000
"""Most rounds of loops, calls, and things that filters look at, in one template."""
LETTERS = 1_000_000
"""Longest text that a template may make, and hold on the way."""
NUMBER = 100_000
"""Largest number by which a text or a list is made longer."""
BITS = 10_000
LOADING = 100
"""Steps that another template costs."""
_EACH, _JOINED = "each of a loop", "joined by a tilde"
_WIDE = re.compile(r"\d{6,}|\*|:[^{}]*\{")
"""A width in a pattern that is too large, or that another value says."""
_LENGTHENING = frozenset(
    {"center", "ljust", "rjust", "zfill", "expandtabs", "indent", "batch", "slice", "round", "tojson"}
)
_MULTIPLYING = frozenset({"replace", "join", "expandtabs", "indent"})
_SLOW = frozenset({"wordwrap", "urlize"})
_FORMATTING = frozenset({"format", "format_map"})

Value = TypeVar("Value")


class Workshop(SandboxedEnvironment):
    """One template's environment; it is used once, because it counts."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, load: Callable[[str], tuple[str, str] | None]) -> None:
        """``load`` gives a template's source and its file, or None where there is none."""

        def loaded(name: str) -> tuple[str, str, None] | None:
            found = load(name)
            return (*found, None) if found else None

        super().__init__(
            loader=FunctionLoader(loaded),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,  # what comes out is Markdown; texts are disguised when they go in
            finalize=self._written,
        )
        self._left = STEPS
        self.globals.pop("lipsum")
        for name, function in list(self.filters.items()):
            self.filters[name] = self._bounded(name, function)
        self.filters |= {_EACH: self._each, _JOINED: self._joined}

    def filled(self, name: str, values: dict[str, Any]) -> str:
        """What the template makes of these values."""
        pieces: list[str] = []
        length = 0
        for piece in self.get_template(name).generate(values):
            pieces.append(piece)
            length += len(piece)
            if length > LETTERS:
                raise _too_long()
        return "".join(pieces)

    # --- what a value gives -------------------------------------------------------------------------------------

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """A passage has its words, a text has what every text has, and nothing else."""
        if isinstance(obj, Passage):
            return attr == "text"
        return not (isinstance(obj, OwnWords) and attr in OwnWords.__slots__) and super().is_safe_attribute(
            obj, attr, value
        )

    @staticmethod
    def _written(value: Any) -> Any:
        """What stands in the text for a value; a list or a group of values says nothing by itself."""
        if value is None:
            return ""
        if isinstance(value, str | Passage | int | float | Undefined):
            return value
        raise TypeError(f"{_kind(value)} is no text: name its parts, such as {{{{ newsletter.title }}}}, or join them")

    # --- how much work ------------------------------------------------------------------------------------------

    def _spend(self, steps: int = 1) -> None:
        self._left -= steps
        if self._left < 0:
            raise TemplateRuntimeError(f"it does not come to an end: more than {STEPS:,} steps were taken")

    def _kept(self, value: Value) -> Value:
        """A value that is not too long to go on with; looking at it is work."""
        if isinstance(value, str):
            if len(value) > LETTERS:
                raise _too_long()
            self._spend(1 + len(value) // 1000)
        elif isinstance(value, list | tuple | range | dict):
            self._spend(1 + len(value))
        return value

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Any:  # noqa: A002
        """A template, this one or another that it includes."""
        self._spend(LOADING)
        return super().get_template(name, parent, globals)

    def call(self, context: Context, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """What a call of a template gives."""
        self._spend()
        plain = getattr(called, "__wrapped__", called)
        given = [getattr(plain, "__self__", None), *args, *kwargs.values()]
        _moderate(str(getattr(plain, "__name__", "")), given)
        return self._kept(super().call(context, called, *args, **kwargs))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """What a calculation gives."""
        if operator in ("*", "**") and _grows(operator, left, right):
            raise _too_long()
        if operator == "%" and isinstance(left, str):
            _moderate("format", [left, right])
        return self._kept(super().call_binop(context, operator, left, right))

    def _bounded(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def bounded(*args: Any, **kwargs: Any) -> Any:
            given = [value for value in args if not isinstance(value, Context | Environment | nodes.EvalContext)]
            if given:
                self._kept(given[0])
                self._spend(_size(given[0]) if name in _SLOW else 0)
            _moderate(name, [*given, *kwargs.values()])
            return self._kept(function(*args, **kwargs))

        return bounded

    @pass_context
    def _each(self, context: Context, things: Iterable[Any], weight: int) -> Iterator[Any]:
        """The rounds of a loop, of which each costs what it writes."""
        del context
        for thing in things:
            self._spend(weight)
            yield thing

    @pass_context
    def _joined(self, context: Context, parts: list[Any]) -> str:
        del context
        return self._kept("".join([str(self._kept(part)) for part in parts]))

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        return super()._generate(_Counting().visit(source), name, filename, defer_init)


class _Counting(NodeTransformer):
    """Lets loops and texts that are strung together be counted."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - the name that the visitor asks for
        """A loop."""
        self.generic_visit(node)
        written = sum(len(data.data) for data in node.find_all(nodes.TemplateData))
        weight = nodes.Const(1 + written // 100)
        node.iter = nodes.Filter(node.iter, _EACH, [weight], [], None, None, lineno=node.iter.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - as above
        """Texts with a tilde between them."""
        self.generic_visit(node)
        parts = nodes.List(node.nodes, lineno=node.lineno)
        return nodes.Filter(parts, _JOINED, [], [], None, None, lineno=node.lineno)


def _moderate(name: str, given: list[Any]) -> None:
    """Raise an error for a call that would make something endlessly long of little; what it works on comes first."""
    first, *rest = given or [None]
    if name in _FORMATTING and isinstance(first, str) and _WIDE.search(first):
        raise TemplateRuntimeError("a pattern says its widths itself, in at most five digits")
    if name in _LENGTHENING and any(isinstance(value, int) and abs(value) > NUMBER for value in rest):
        raise TemplateRuntimeError(f"the number is too large: at most {NUMBER:,} is taken")
    if name in _MULTIPLYING and _size(first) * max([1, *map(_size, rest)]) > LETTERS * 10:
        raise _too_long()


def _size(value: Any) -> int:
    return abs(value) if isinstance(value, int) else len(value) if isinstance(value, str | list | tuple | range) else 1


def _grows(operator: str, left: Any, right: Any) -> bool:
    """Whether a product would be longer than anything that belongs into an issue."""
    if isinstance(left, int) and isinstance(right, int):
        return (left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()) > BITS
    sized = [value for value in (left, right) if isinstance(value, str | list | tuple)]
    return bool(sized) and _size(left) * _size(right) > LETTERS


def _too_long() -> TemplateRuntimeError:
    return TemplateRuntimeError(f"it makes a text of more than {LETTERS:,} letters")


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "a group of values"
    return "a list" if isinstance(value, list | tuple) else f"a {type(value).__name__}"
