"""An issue as a whole."""

from __future__ import annotations

from datetime import date

import pytest
from assembly_samples import CLOCK, at, draft, frame, html, issue_of, listing, notice, picture, plain

from newsletter_bot import markup
from newsletter_bot.assembly import Frame, assemble, title_of
from newsletter_bot.errors import DraftError
from newsletter_bot.model import Audience, Format, IssueRecord, Item, Level, Notice, Slot

EVERYTHING = {
    "notices": (notice("I wrote **this**[^n].\n\n[^n]: In a notice."), notice("Two *words*\n\nand more")),
    "listings": (listing(),),
}
SIGNED = frame(sign_off="Thanks[^s]!\n\n[^s]: Really.")


def test_sections_come_in_the_order_of_the_settings() -> None:
    """Housekeeping, events, text and sign-off stand where the settings say; a rule ends what has a heading."""
    usual = issue_of(frame=frame(sign_off="Bye."), **EVERYTHING)
    turned = issue_of(
        frame=frame(sign_off="Bye.", sections=("body", "sign_off", "events", "housekeeping")), **EVERYTHING
    )

    assert ["housekeeping", "events", "body", "footnotes", "sign_off"] == [part.name for part in usual.sections]
    assert "• Fair, June 3\n\n* * *\n\nHello.\n\nBye.\n" in plain(usual)
    assert plain(turned).startswith("Hello.\n\nBye.\n\nEvents\n------\n\n• Fair, June 3\n\nHousekeeping\n")


def test_empty_sections_leave_no_trace() -> None:
    """Without notices and events there are no headings, and no rule."""
    issue = issue_of()

    assert "Hello.\n" == plain(issue)
    assert ["body"] == [section.name for section in issue.sections]


def test_issue_without_events_lists_none() -> None:
    """Events and notices are left out, and not remembered as shown, where the settings have no place for them."""
    issue = issue_of(frame=frame(sections=("body",)), **EVERYTHING)

    assert ("Hello.\n", ()) == (plain(issue), issue.listings)


def test_headings_follow_settings_and_language() -> None:
    """A heading is the settings' own, else the language's; an empty one is none."""
    german = issue_of(frame=frame(language="de", headings={"events": None}), **EVERYTHING)
    named = issue_of(
        frame=frame(headings={"events": "Where I am", "housekeeping": "", "sign_off": "End"}, sign_off="x"),
        **EVERYTHING,
    )

    assert ["In eigener Sache", "Termine", None] == [section.heading for section in german.sections][:3]
    assert [None, "Where I am", None, None, "End"] == [section.heading for section in named.sections]


def test_headings_of_sections_stand_on_the_level_of_the_text() -> None:
    """A text that uses the first level has section headings beside it, not below."""
    assert "<h1>Events</h1>" in html(issue_of(draft("# One\n\ntext\n\n## Two"), **EVERYTHING))
    assert "<h2>Events</h2>" in html(issue_of(draft("### Three"), **EVERYTHING))
    assert "<hr>" not in html(issue_of(draft("# One"), **EVERYTHING))


def test_repeated_title_is_dropped() -> None:
    """A first heading that only says the title again is left out; other headings stay."""
    assert "<p>x</p>\n" == html(issue_of(draft("# *Wheels*!\n\nx")))
    assert "<h1>Spokes</h1>\n" == html(issue_of(draft("# Spokes")))
    assert "<h2>Wheels</h2>\n" == html(issue_of(draft("## Wheels")))
    assert "" == html(issue_of(draft("")))


def test_footnotes_are_numbered_across_the_issue() -> None:
    """Notes of notices, text and sign-off count on, each with its own label."""
    body = "One[^1], two[^n], one again[^1].\n\n[^1]: First, see [^3].\n[^n]: Second.\n[^3]: From a note."
    issue = issue_of(draft(body), frame=SIGNED, **EVERYTHING)
    notes = issue.document.footnotes

    assert [(1, "n", 1), (2, "1", 2), (3, "n-2", 1), (4, "s", 1), (5, "3", 1)] == [
        (note.number, note.label, note.references) for note in notes
    ]
    assert "One[2], two[3], one again[2]." in plain(issue)
    assert "Thanks[4]!" in plain(issue)
    assert "see [5]" in plain(issue)


def test_footnotes_of_the_same_name_do_not_meet() -> None:
    """Two notices that both have a note 1 keep them apart, whatever the case of labels."""
    notices = [notice(f"{name}[^A{name}]\n\n[^a{name}]: Of {name}.") for name in ("", "", "x")]
    issue = issue_of(notices=notices)

    assert [(1, "a"), (2, "a-2"), (3, "ax")] == [(note.number, note.label) for note in issue.document.footnotes]
    assert markup.write(issue.document, Format.GFM).count("[^a-2]") == 2


def test_wrong_footnotes_are_errors_with_their_line() -> None:
    """A note that nobody defines or uses is an error in its file, on its line."""
    issue = issue_of(
        draft("a[^gone]\n\n[^left]: b", body_line=4), frame=frame(sign_off="[^x]"), notices=[notice("[^y]", line=None)]
    )

    assert {
        ("drafts/wheels.md", 4),
        ("drafts/wheels.md", 6),
        ("schedule.yaml", 1),
        ("drafts/_housekeeping.md", 1),
    } == {(finding.file, finding.line) for finding in issue.findings if finding.level is Level.ERROR}


def test_notices_are_markdown_and_items() -> None:
    """Notices are a list with marks; other programs get their words."""
    issue = issue_of(**EVERYTHING)

    assert (Item(title="I wrote this."), Item(title="Two words and more")) == issue.sections[0].items
    assert "<li>\n<p>Two <em>words</em></p>\n<p>and more</p>\n</li>" in html(issue)
    assert EVERYTHING["notices"] == issue.notices
    assert "<ul>\n<li>x</li>\n</ul>" in html(issue_of(notices=[Notice(text="x"), Notice(text=" ")]))


def test_events_of_the_front_matter_are_listed() -> None:
    """A draft's own events are listed with the others, each once."""
    issue = issue_of(draft(events=(listing(), listing("Own", date(2026, 6, 1)))), listings=(listing(),))

    assert ["Own", "Fair"] == [entry.title for entry in issue.listings]


def test_quotes_follow_the_language_unless_off() -> None:
    """Quotation marks become typographic where that is wanted."""
    assert "<p>„x“</p>\n" == html(issue_of(draft('"x"'), frame=frame(language="de")))
    assert "<p>&quot;x&quot;</p>\n" == html(issue_of(draft('"x"'), frame=frame(smart=False)))


def test_reading_time_leads_where_wanted() -> None:
    """The time to read stands first, in words of the language."""
    assert plain(issue_of(draft("word " * 700), frame=frame(reading_time=True))).startswith("3 min read\n\nword")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (None, "Wheels"),
        ("{title} (#{number})", "Wheels (#7)"),
        ("{newsletter} {number}", "Signals 7: Wheels"),
        ("{number}: {title} {0} {x.y}", "7: Wheels {0} {x.y}"),
    ],
)
def test_number_stands_in_the_title_where_wanted(pattern: str | None, expected: str) -> None:
    """The pattern of the settings puts the number in, and nothing else is read into it."""
    issue = issue_of(frame=frame(number_in_title=pattern))

    assert (expected, "wheels") == (issue.title, issue.slug)


@pytest.mark.parametrize(
    ("given", "slug"),
    [
        ({"slug": "mine"}, "mine"),
        ({"title": "Café & Co: don’t"}, "cafe-co-dont"),
        ({"title": "中文"}, "wheels"),
        ({"title": "中文", "id": "中"}, "issue-7"),
        ({"title": "word " * 30}, "-".join(["word"] * 16)),
        ({"title": "x" * 100}, "x" * 80),
    ],
)
def test_slug_reads_like_the_title(given: dict[str, str], slug: str) -> None:
    """The slug is the writer's own, else the title in plain letters, else the draft's name."""
    assert slug == issue_of(draft(**given)).slug


def test_front_matter_is_carried_over() -> None:
    """What the front matter asks for stands in the issue."""
    own = draft(
        subtitle="Sub",
        tags=("a", "b", "a"),
        canonical_url="https://c.example/",
        audience=Audience.PAID,
        publications=("substack",),
        digest="d",
        text_digest="t",
        extra={"k": 1},
    )
    issue = issue_of(own, frame=frame(author="Ada", language="fr"))

    assert ("Sub", ("a", "b"), "https://c.example/", Audience.PAID, ("substack",), "d", "t", "Ada", "fr", {"k": 1}) == (
        issue.subtitle,
        issue.tags,
        issue.canonical_url,
        issue.audience,
        issue.publications,
        issue.draft_digest,
        issue.text_digest,
        issue.author,
        issue.language,
        issue.extra,
    )
    assert ("wheels", "drafts/wheels.md", 7, "2026-W22", CLOCK, "Signals") == (
        issue.id,
        issue.draft,
        issue.number,
        issue.slot,
        issue.clock,
        issue.newsletter,
    )


def test_slot_may_be_given_whole() -> None:
    """A slot counts by its name."""
    slot = Slot(name="2026-W23", start=date(2026, 6, 1), end=date(2026, 6, 7), due=CLOCK, deadline=CLOCK)

    assert "2026-W23" == issue_of(slot=slot).slot


def test_basis_changes_with_what_the_writer_wrote() -> None:
    """Draft, notices and events make the basis; how a source found an event does not."""
    base = issue_of(**EVERYTHING).basis
    again = issue_of(**{**EVERYTHING, "listings": (listing(uid="u", until=date(2026, 12, 1)),)}).basis
    others = [
        issue_of(draft("Hello!\n"), **EVERYTHING),
        issue_of(draft(title="Other"), **EVERYTHING),
        issue_of(draft(digest="x"), **EVERYTHING),
        issue_of(**{**EVERYTHING, "notices": (notice("x"),)}),
        issue_of(**{**EVERYTHING, "listings": (listing(place="Hall"),)}),
        issue_of(**{**EVERYTHING, "listings": (listing(start=at(8)),)}),
    ]

    assert base == again
    assert 6 == len({issue.basis for issue in others} - {base})


def test_same_material_makes_the_same_issue() -> None:
    """An issue that is assembled again for its clock is the same."""
    previous = IssueRecord(id="o", number=6, title="", slot="", draft="", listings=(listing("Old", date(2026, 6, 9)),))

    assert issue_of(previous=previous, **EVERYTHING) == issue_of(previous=previous, **EVERYTHING)
    assert "Fair, June 3 (new)" in plain(issue_of(previous=previous, **EVERYTHING))


def test_an_issue_needs_a_draft() -> None:
    """Without a draft there is nothing to assemble."""
    with pytest.raises(DraftError):
        assemble((), frame=Frame(), number=1, slot="", clock=CLOCK)


def test_single_issue_is_led_by_one_draft() -> None:
    """Where one draft leads, further ones wait."""
    assert "A\n" == plain(issue_of(draft("A"), draft("B")))


def test_digest_has_a_section_for_each_draft() -> None:
    """In a digest each draft has its title as heading and its own headings below that."""
    drafts = (
        draft("# Top\n\ntext\n\n## Sub\n\n> ###### Deep", id="a", title="First", tags=("x",), publications=("s", "m")),
        draft("plain", id="b", path="drafts/b.md", title="Second", tags=("y", "x"), publications=("m",)),
        draft("### Same", id="c", path="drafts/c.md", title="Third", audience=Audience.PAID),
    )
    issue = issue_of(*drafts, frame=frame(compose="digest"))

    assert (
        "<h2>First</h2>\n<h3>Top</h3>\n<p>text</p>\n<h4>Sub</h4>\n<blockquote>\n<h6>Deep</h6>\n</blockquote>\n"
        "<h2>Second</h2>\n<p>plain</p>\n<h2>Third</h2>\n<h3>Same</h3>\n"
    ) == html(issue)
    assert ("digest-2026-W22", "Signals #7", "signals-7", ("x", "y"), ("m",), Audience.PAID) == (
        issue.id,
        issue.title,
        issue.slug,
        issue.tags,
        issue.publications,
        issue.audience,
    )
    assert "drafts/wheels.md, drafts/b.md, drafts/c.md" == issue.draft


def test_digest_of_one_is_that_draft() -> None:
    """A digest with one draft keeps its identity and title."""
    issue = issue_of(draft("x"), frame=frame(compose="digest"))

    assert ("wheels", "Wheels", "<h2>Wheels</h2>\n<p>x</p>\n") == (issue.id, issue.title, html(issue))


def test_digest_without_newsletter_title_names_its_drafts() -> None:
    """Where the newsletter has no title the drafts' titles stand together."""
    drafts = [draft(title="A"), draft(title="B")]

    assert "A · B" == title_of(drafts, Frame(), 3)
    assert "3: A · B" == title_of(drafts, Frame(number_in_title="{number}"), 3)


def test_pictures_of_all_texts_are_gathered() -> None:
    """Pictures of notices and text are known by their addresses."""
    pictures = {"a.png": picture("a"), "b.png": picture("b"), "unused.png": picture("c")}
    issue = issue_of(draft("![x](a.png)"), notices=[notice("![y](b.png)")], pictures=pictures)

    assert [picture("b"), picture("a")] == list(issue.pictures.values())


def test_a_notice_has_no_paywall_and_says_something() -> None:
    """The end of the free part stands in the body; a notice of nothing else leaves no bullet."""
    issue = issue_of(notices=(notice("<!-- paywall -->"), notice("One\n\n<!-- paywall -->")))

    assert "<li>\n<p>One</p>\n</li>" in html(issue).replace("<li>One</li>", "<li>\n<p>One</p>\n</li>")
    assert ["One"] == [item.title for item in issue.sections[0].items]
    assert "paywall" not in html(issue)


def test_a_paywall_in_an_issue_for_everyone_is_told() -> None:
    """A mark that keeps nobody out is a warning with its line; in an issue for paying readers it is none."""
    body = "Free.\n\n<!-- paywall -->\n\nPaid.\n"
    (told,) = issue_of(draft(body, body_line=5)).findings

    assert (Level.WARNING, "drafts/wheels.md", 7, "audience") == (told.level, told.file, told.line, told.key)
    assert () == issue_of(draft(body, audience=Audience.PAID)).findings
