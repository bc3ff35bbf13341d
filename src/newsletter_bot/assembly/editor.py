"""The sections of one issue, in order: each becomes blocks, and what other programs see of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from newsletter_bot import markup
from newsletter_bot.assembly.bodies import highest_level, shifted, without_lines, without_paywall, without_title
from newsletter_bot.assembly.dates import Calendar
from newsletter_bot.assembly.disguise import Passage
from newsletter_bot.assembly.folder import Folder, problems_of
from newsletter_bot.assembly.frame import Composition, Frame
from newsletter_bot.assembly.listings import Shown
from newsletter_bot.assembly.numbering import Notes
from newsletter_bot.assembly.templates import Templates, template_file
from newsletter_bot.assembly.values import Values, listed
from newsletter_bot.assembly.wording import Teller
from newsletter_bot.assembly.words import words_for
from newsletter_bot.document import Block, Document, List, Paragraph, Paywall
from newsletter_bot.document import Item as ListItem
from newsletter_bot.markup.flatten import paragraphs
from newsletter_bot.markup.text import text_of
from newsletter_bot.model import Audience, Draft, Finding, Item, Level, Notice, Section

SETTINGS = "schedule.yaml"
BODY_LEVEL = 2
"""The level of a section's heading; what stands in a section of a digest stands below it."""


@dataclass(kw_only=True)
class Editor:
    """Writes the sections of one issue, one after another."""

    frame: Frame
    drafts: Sequence[Draft]
    notices: Sequence[Notice]
    shown: Sequence[Shown]
    calendar: Calendar
    folder: Folder
    values: Values
    notes: Notes = field(default_factory=Notes)
    findings: list[Finding] = field(default_factory=list[Finding])

    @cached_property
    def templates(self) -> Templates:
        """The writer's own templates."""
        return Templates(self.frame.templates, self.frame.language, self.frame.smart, self._own)

    def sections(self) -> Iterator[Section]:
        """What the frame asks for, without what is empty; ``footnotes`` only marks a place."""
        for name in self.frame.sections:
            for section in map(_below_its_heading, self._named(name)):
                if section.blocks or name == "footnotes":
                    yield section

    def _named(self, name: str) -> Iterator[Section]:
        if name == "footnotes":
            yield self._section(name, ())
        elif name == "body" and self.frame.compose == Composition.DIGEST:
            for draft in self.drafts:
                yield self._digested(draft)
        else:
            yield self._templated(self._built_in(name), self.drafts[0])

    def _built_in(self, name: str) -> Section:
        match name:
            case "housekeeping":
                return self._housekeeping()
            case "events":
                return self._section(name, self._told(), tuple(listed(self.shown, self.calendar.zone)))
            case "body":
                return self._section(name, self._body(self.drafts[0]))
            case "sign_off":
                return self._section(name, self._read(self.frame.sign_off, SETTINGS).blocks)
            case _:
                return self._section(name, ())

    def _section(self, name: str, blocks: tuple[Block, ...], items: tuple[Item, ...] = ()) -> Section:
        words = words_for(self.frame.language)
        usual = {"housekeeping": words.housekeeping, "events": words.events}.get(name)
        heading = self.frame.headings.get(name)
        return Section(name=name, heading=(usual if heading is None else heading) or None, blocks=blocks, items=items)

    def _templated(self, section: Section, draft: Draft) -> Section:
        """The section as the writer's template has it; nothing comes of one whose material is empty."""
        name = section.name
        if name not in self.templates or (name in ("housekeeping", "events", "body") and not section.blocks):
            return section
        seen = self.values.section(self.templates, section, draft)
        document = self.templates.fill(name, seen, lambda text: self._made(text, name))
        if name == "body" and not self._is_placed(seen["content"]):
            self._left_out(name, "the text of the draft", "{{ content }}")
        if name == "housekeeping" and not self._is_placed(seen["content"], *seen["notices"]):
            self._left_out(name, "notices, which are used up all the same", "{{ content }}, or each of notices")
        return replace(section, blocks=document.blocks)

    def whole(self, sections: Sequence[Section]) -> tuple[Block, ...]:
        """The blocks that the template for the whole issue makes of its sections."""
        seen = self.values.whole(self.templates, sections)
        blocks = self.templates.fill("issue", seen, lambda text: self._made(text, "issue")).blocks
        for part in seen["sections"]:
            if part["content"] and not self._is_placed(part["content"]):
                self._left_out("issue", f"the section {part['name']}", f"{{{{ {part['name']} }}}}")
        return blocks

    def _is_placed(self, whole: Passage, *parts: Passage) -> bool:
        placed = [part.number in self.templates.placed for part in parts]
        return whole.number in self.templates.placed or (bool(placed) and all(placed))

    def _left_out(self, template: str, what: str, fix: str) -> None:
        file, message = template_file(template), f"the template leaves out {what}"
        self.findings.append(Finding(level=Level.WARNING, message=message, file=file, fix=f"place {fix} in it"))

    # --- texts ------------------------------------------------------------------------------------------------

    def _read(self, text: str, file: str, line: int = 1) -> Document:
        frame = self.frame
        return self._taken(markup.read(text, first_line=line, language=frame.language, smart=frame.smart), file)

    def _taken(self, document: Document, file: str) -> Document:
        self.findings += problems_of(document, file)
        taken = self.notes.take(self.folder.bound(document, file))
        return taken if self._of_draft(file) else without_lines(taken)

    def _own(self, text: str, file: str) -> Document:
        """Markdown that stands in a draft's front matter, which tells no lines."""
        return self._unplaced(markup.read(text, language=self.frame.language, smart=self.frame.smart), file)

    def _made(self, document: Document, template: str) -> Document:
        """What a template wrote: its lines are not those of the template's file."""
        return self._unplaced(document, template_file(template))

    def _unplaced(self, document: Document, file: str) -> Document:
        problems = tuple(replace(problem, line=0) for problem in document.problems)
        return self._taken(replace(without_lines(document), problems=problems), file)

    def _of_draft(self, file: str) -> bool:
        """Whether a line of that file is one that a loss may name: lines are those of the draft."""
        return any(file == draft.path for draft in self.drafts)

    def _body(self, draft: Draft) -> tuple[Block, ...]:
        blocks = self._read(draft.body, draft.path, draft.body_line).blocks
        self.findings += _open_walls(blocks, draft, self.drafts)
        return without_title(blocks, draft.title)

    def _digested(self, draft: Draft) -> Section:
        section = Section(name="body", heading=draft.title, blocks=shifted(self._body(draft), BODY_LEVEL + 1))
        return self._templated(section, draft)

    def _housekeeping(self) -> Section:
        items: list[ListItem] = []
        seen: list[Item] = []
        for notice in self.notices:
            where = notice.origin
            file, line = (where.file, where.line or 1) if where else (SETTINGS, 1)
            blocks = without_paywall(self._read(notice.text, file, line).blocks)
            if blocks:
                items.append(ListItem(blocks, line=line if self._of_draft(file) else 0))
                seen.append(Item(title=plain(blocks)))
        tight = all(len(item.children) == 1 and isinstance(item.children[0], Paragraph) for item in items)
        blocks = (List(tuple(items), tight=tight, line=items[0].line),) if items else ()
        return self._section("housekeeping", blocks, tuple(seen))

    def _told(self) -> tuple[Block, ...]:
        teller = Teller(words_for(self.frame.language), self.calendar)
        return teller.tell(self.shown, self.frame.events_style) if self.shown else ()


def _below_its_heading(section: Section) -> Section:
    """The section with no heading in it that is as great as its own."""
    highest = highest_level(section.blocks) if section.heading else None
    if highest is None or highest > BODY_LEVEL:
        return section
    return replace(section, blocks=shifted(section.blocks, BODY_LEVEL + 1))


def _open_walls(blocks: Sequence[Block], draft: Draft, drafts: Sequence[Draft]) -> Iterator[Finding]:
    """A paywall in an issue that is for everyone keeps nobody out."""
    if any(each.audience is Audience.PAID for each in drafts):
        return
    for block in blocks:
        if isinstance(block, Paywall):
            yield Finding(
                level=Level.WARNING,
                message="<!-- paywall --> keeps nobody out: the issue is for everyone",
                fix="write audience: paid in the front matter, or take the line out",
                file=draft.path,
                line=block.line or None,
                key="audience",
            )


def plain(blocks: Sequence[Block]) -> str:
    """What blocks say, as one line."""
    return " ".join(" ".join(text_of(paragraph.children) for paragraph in paragraphs(blocks)).split())
