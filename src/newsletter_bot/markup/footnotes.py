"""Footnotes get their numbers: in the order in which a reader meets the first reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from newsletter_bot.document import Footnote, FootnoteReference, Problem


@dataclass(slots=True)
class Defined:
    """A footnote's text as it was written, with the references that stand in it."""

    footnote: Footnote
    references: list[FootnoteReference] = field(default_factory=list[FootnoteReference])


@dataclass(slots=True)
class Numbering:
    """The footnotes in order of their numbers, and what is wrong with them."""

    footnotes: list[Footnote]
    problems: list[Problem]


def _by_label(definitions: Sequence[Defined], problems: list[Problem]) -> dict[str, Defined]:
    labels: dict[str, Defined] = {}
    for defined in definitions:
        note = defined.footnote
        if labels.setdefault(note.label.casefold(), defined) is not defined:
            problems.append(
                Problem(
                    f"the footnote [^{note.label}] is defined twice",
                    note.line,
                    fix="give one of them another label",
                )
            )
    return labels


def number(references: Sequence[FootnoteReference], definitions: Sequence[Defined]) -> Numbering:
    """Numbers references and footnotes in place; those of the text come before those that only footnotes mention."""
    problems: list[Problem] = []
    labels = _by_label(definitions, problems)
    order: list[Defined] = []
    numbered: dict[str, Footnote] = {}

    def meet(reference: FootnoteReference) -> None:
        key = reference.label.casefold()
        if key in numbered:
            numbered[key].references += 1
        elif key not in labels:
            problems.append(Problem(f"the footnote [^{reference.label}] is not defined", 0))
            return
        else:
            defined = labels[key]
            order.append(defined)
            numbered[key] = defined.footnote
            defined.footnote.number, defined.footnote.references = len(order), 1
            if not defined.footnote.children:
                message = f"the footnote [^{defined.footnote.label}] says nothing"
                problems.append(Problem(message, defined.footnote.line, fix="write its text behind the colon"))
        note = numbered[key]
        reference.label, reference.number, reference.occurrence = note.label, note.number, note.references

    for reference in references:
        meet(reference)
    for defined in order:
        for reference in defined.references:
            meet(reference)
    problems.extend(
        Problem(
            f"the footnote [^{defined.footnote.label}] is never referred to",
            defined.footnote.line,
            fix=f"put [^{defined.footnote.label}] into the text, or remove the footnote",
        )
        for key, defined in labels.items()
        if key not in numbered
    )
    return Numbering([defined.footnote for defined in order], problems)
