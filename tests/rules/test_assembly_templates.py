"""The writer's own templates."""

from __future__ import annotations

from typing import Any

import pytest
from assembly_samples import at, draft, frame, html, in_days, issue_of, listing, notice, picture, told

from newsletter_bot.errors import DraftError
from newsletter_bot.model import IMAGE_ADDRESS, ISSUE_ADDRESS, Issue, IssueRecord, Level

HOSTILE = "# *x* <b>y</b> [a](b) `c` | {{ 7*7 }} \n\n- ![](z) 1. _u_ & ]]> https://e.example"


def templated(body: str = "Hello.\n", /, *, extra: dict[str, Any] | None = None, **templates: str) -> Issue:
    own = draft(body, extra=extra or {}, subtitle="Sub *title*")
    settings = frame(templates=templates, sign_off="Bye *now*[^s]\n\n[^s]: Sign.")
    events = (listing(HOSTILE, place=HOSTILE, note=HOSTILE, url="https://a.example/(x)_y"), listing("Plain"))
    return issue_of(own, frame=settings, listings=events, notices=(notice("One **n**"), notice("Two")))


def test_section_is_written_by_its_template() -> None:
    """A section's template writes what stands below its heading."""
    shown = html(templated(housekeeping="{% for n in notices %}\n1. {{ n }}!\n{% endfor %}\n"))

    assert "<h2>Housekeeping</h2>\n<ol>\n<li>One <strong>n</strong>!</li>\n<li>Two!</li>\n</ol>" in shown


def test_values_of_sources_cannot_change_the_structure() -> None:
    """Whatever a calendar says, it stays the text of the item that the template made of it."""
    template = "{% for e in events %}\n- **{{ e.title }}** {{ e.place|upper }} {{ e.note ~ '!' }} [go]({{ e.url }})\n{% endfor %}"
    shown = html(templated(events=template))
    listed = shown.partition("<h2>Events</h2>")[2].partition("</ul>")[0]

    assert 2 == listed.count("<li>")
    assert (
        "<strong># *x* &lt;b&gt;y&lt;/b&gt; [a](b) `c` | {{ 7*7 }} - ![](z) 1. _u_ &amp; ]]&gt; https://e.example</strong>"
        in listed
    )
    assert '<a href="https://a.example/(x)_y">go</a>' in listed
    assert 2 == listed.count("<a ")
    assert not any(0xE000 <= ord(character) <= 0xE1FF for character in shown)


@pytest.mark.parametrize(
    "template",
    [
        "{{ events|map(attribute='title')|join(' ') }}",
        "{% macro m(t) %}{{ t }}{% endmacro %}{{ m(events[0].title) ~ m(events[0].note) }}",
        "{{ '%s and %s'|format(events[0].title, events[0].note) }}",
        "{{ events[0].title|e|safe }}",
        "{{ events[0].title.replace('y', 'z').strip() }}",
        "{% set x %}{{ events[0].title }}{% endset %}{{ x|lower }}",
    ],
)
def test_no_filter_undoes_that(template: str) -> None:
    """Filters, macros and joins change words, not what they are."""
    listed = html(templated(events=template)).partition("<h2>Events</h2>")[2].partition("<hr>")[0]

    assert 1 == listed.count("<p>")
    assert not any(tag in listed for tag in ("<h1", "<em>", "<img", "<a ", "<li>", "<code>", "<b>"))


def test_values_can_be_compared() -> None:
    """A value equals what it says."""
    shown = html(
        templated(events="{% for e in events if e.title == 'Plain' and e.when == 'June 3' %}{{ e.title }}?{% endfor %}")
    )

    assert "<p>Plain?</p>" in shown


def test_values_can_be_looked_up() -> None:
    """A value finds its place in a table of the template; what is empty counts as false."""
    shown = html(
        templated(
            events="{{ {'Plain': 'found'}[events[0].title] }}",
            issue="{% if events and not footnotes %}{{ events }}{% endif %}",
        )
    )

    assert "<p>found</p>\n" == shown


def test_months_group_events() -> None:
    """Events are there by month too."""
    shown = html(templated(events="{% for m in months %}{{ m.name }}: {{ m.events|length }}{% endfor %}"))

    assert "<p>June: 2</p>" in shown


def test_an_event_under_way_is_of_this_month_for_templates_too() -> None:
    """A template groups by the months that the bot itself would write."""
    settings = frame(templates={"events": "{% for m in months %}{{ m.name }}: {{ m.events|length }}{% endfor %}"})
    running = listing("Expo", in_days(-60), end=in_days(2))

    assert "<p>May: 1</p>" in html(issue_of(frame=settings, listings=[running]))


def test_marks_and_ends_are_there() -> None:
    """A template sees what is new, and when an event ends."""
    settings = frame(templates={"events": "{% for e in events %}{{ e.mark }} {{ e.start }} {{ e.end }}{% endfor %}"})
    before = IssueRecord(id="o", number=1, title="", slot="", draft="", listings=(listing("Other"),))
    issue = issue_of(frame=settings, listings=[listing(start=at(18))], previous=before)

    assert "new 2026-06-03T18:00:00-07:00" in html(issue)


def test_empty_sections_are_not_asked() -> None:
    """A template is not filled for a section without material; one that yields nothing leaves no heading."""
    issue = issue_of(frame=frame(templates={"events": "{{ nothing }}", "sign_off": ""}))

    assert ["body"] == [section.name for section in issue.sections]


def test_whole_issue_has_its_template() -> None:
    """The template of the issue places sections by name or in a loop, with the writer's words untouched."""
    body = 'Text[^1] "quoted"\n\n- a\n\n[^1]: Note.'
    issue = templated(
        body,
        issue="*{{ newsletter.title }} {{ issue.number }}*\n\n{{ body }}\n\n> {{ sign_off }} {{ footnotes }}\n",
    )

    assert (
        "<p><em>Signals 7</em></p>\n"
        '<p>Text<sup class="footnote-ref"><a href="#fn-1" id="fnref-1">1</a></sup> “quoted”</p>\n<ul>\n<li>a</li>\n</ul>\n'
        "<blockquote>\n<p>Bye <em>now</em>"
    ) in html(issue)
    assert ["1", "s"] == [note.label for note in issue.document.footnotes]
    looped = templated(
        body, issue="{% for s in sections %}\n## {{ s.heading or s.name }}\n\n{{ s.content }}\n\n{% endfor %}"
    )
    assert "<h2>body</h2>\n<p>Text" in html(looped)


def test_footnotes_of_templates_count() -> None:
    """A template's own footnotes are numbered with those of the text."""
    issue = templated("Text[^a].\n\n[^a]: Text's.", body="Intro[^a]\n\n[^a]: Template's.\n\n{{ content }}")

    assert ["a-2", "a", "s"] == [note.label for note in issue.document.footnotes]


def test_front_matter_reaches_templates() -> None:
    """Unknown keys of the front matter are there, as text or read as Markdown."""
    extra = {"intro": "*Hi* there", "list": ["a_b_", {"deep": True}], "day": 3}
    shown = html(
        templated(
            extra=extra,
            body="{{ draft.intro }} / {{ draft.intro|markdown }} / {{ draft.list[0] }} {{ draft.list[1].deep }} {{ draft.day }}"
            " {{ draft.subtitle }} {{ draft.missing|default('-') }}\n\n{{ draft.intro|markdown }}\n\n{{ content }}",
        )
    )

    assert "<p>*Hi* there / <em>Hi</em> there / a_b_ True 3 Sub *title* -</p>\n<p><em>Hi</em> there</p>" in shown


def test_stand_ins_in_odd_places_become_text() -> None:
    """A passage within code, HTML or a heading is its words; one that does not exist is nothing."""
    template = "## {{ notices[0] }} x\n\n`{{ notices[0] }}`\n\n    {{ notices[1] }}\n\n<div>\n{{ notices[1] }}\n</div>\n\n\ue00099\ue001\n"
    shown = html(templated(housekeeping=template))

    assert (
        "<h3>One <strong>n</strong> x</h3>\n<p><code>One n</code></p>\n<pre><code>Two\n</code></pre>\n<div>\n\nTwo"
        in shown.replace("<p>Two</p>", "Two")
    )


def test_blocks_within_a_line_become_its_words() -> None:
    """Several paragraphs placed within a line are strung together."""
    issue = issue_of(
        frame=frame(templates={"housekeeping": "So: {{ notices[0] }}."}), notices=(notice("One\n\nTwo `c`"),)
    )

    assert "<p>So: One Two <code>c</code>.</p>" in html(issue)


def test_hidden_words_come_back_everywhere() -> None:
    """Code, formulas, pictures, links and HTML show what a value says."""
    template = (
        "`{{ draft.t }}` ${{ draft.t }}$ ![{{ draft.t }}](https://i.example/x.png '{{ draft.t }}') <b title='{{ draft.t }}'>x</b>"
        " [l](https://l.example/{{ draft.t }} '{{ draft.t }}') [bad]({{ draft.bad }})\n\n$$\n{{ draft.t }}\n$$\n\n"
        "``` {{ draft.t }}\n{{ draft.t }}\n```\n\n<div>{{ draft.t }}</div>\n"
    )
    issue = templated(extra={"t": "a<b", "bad": "javascript:alert(1)"}, sign_off=template)
    shown = html(issue)

    assert "<code>a&lt;b</code>" in shown
    assert '<span class="math">a&lt;b</span>' in shown
    assert '<div class="math">a&lt;b</div>' in shown
    assert 'alt="a&lt;b"' in shown
    assert "</a> bad</p>" in shown
    assert '<pre><code class="language-a&lt;b">a&lt;b\n</code></pre>' in shown
    assert "a&lt;b</div>" in shown
    assert not any(0xE000 <= ord(character) <= 0xE1FF for character in shown)


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("fine\n{{ unknown }}", 2),
        ("{% if %}", 1),
        ("a\nb\n{{ 1 / 0 }}", 3),
        ("{{ ''.__class__.__mro__ }}", 1),
        ("\n{{ issue.title|markdown }}", 2),
        ("{{ range(10 ** 9)|list }}", 1),
        ("{% include 'other' %}", 1),
        ("{{ 'x'.nothing() }}", 1),
    ],
)
def test_broken_template_is_named(template: str, line: int) -> None:
    """A template that cannot be filled is an error with its file and line."""
    with pytest.raises(DraftError) as caught:
        templated(body=template)

    assert ("templates/body.md.j2", line) == (caught.value.file, caught.value.line)


def test_missing_template_is_named_with_the_nearest() -> None:
    """What is included by its name or as its file is called is found; what is not there is named."""
    templates = {"body": "{% include 'greeting' %} {% include 'greeting.md.j2' %} {{ content }}", "greeting": "Hi!"}
    with pytest.raises(DraftError) as caught:
        issue_of(frame=frame(templates={**templates, "body": "x\n{% include 'greating' %}"}))

    assert "<p>Hi! Hi! Hello.</p>" in html(issue_of(frame=frame(templates=templates)))
    assert "the template cannot be filled: there is no template `greating`" == caught.value.message
    assert ("did you mean greeting?", 2) == (caught.value.fix, caught.value.line)


def test_markdown_of_front_matter_is_seen_from_its_draft() -> None:
    """Its links lead to issues, its pictures are the draft's, its footnotes are numbered with the others."""
    own = draft(
        "Hello.[^1]\n\n[^1]: Mine.",
        extra={"more": "See [old](old.md), ![p](p.png)[^1]\n\n[^1]: Foot *note*."},
        path="drafts/sub/wheels.md",
    )
    issue = issue_of(
        own,
        frame=frame(templates={"body": "{{ content }}\n\n{{ draft.more|markdown }}"}),
        issues={"drafts/sub/old.md": "old"},
        pictures={"drafts/sub/p.png": picture()},
    )

    assert f'<a href="{ISSUE_ADDRESS}old">old</a>' in html(issue)
    assert {IMAGE_ADDRESS + "a" * 64: picture()} == issue.pictures
    assert ["Mine.", "Foot note."] == [told(note.children) for note in issue.document.footnotes]
    assert () == issue.findings


def test_each_section_of_a_digest_sees_its_own_draft() -> None:
    """The front matter that a template sees is that of the draft whose text it places."""
    drafts = [draft("x", id=name, title=name, subtitle=f"on {name}") for name in ("Alpha", "Beta")]
    settings = frame(compose="digest", templates={"body": "*{{ draft.subtitle }}*\n\n{{ content }}"})

    assert (
        "<h2>Alpha</h2>\n<p><em>on Alpha</em></p>\n<p>x</p>\n<h2>Beta</h2>\n<p><em>on Beta</em></p>\n<p>x</p>\n"
        == html(issue_of(*drafts, frame=settings))
    )


def test_headings_of_a_template_stand_below_the_sections_own() -> None:
    """No template, and no notice, makes a heading as great as that of its section."""
    by_template = html(templated(housekeeping="# Big\n\n## Small\n\n{{ content }}"))
    by_notice = html(issue_of(notices=(notice("# Big"),)))

    assert "<h2>Housekeeping</h2>\n<h3>Big</h3>\n<h4>Small</h4>" in by_template
    assert "<h3>Big</h3>" in by_notice


@pytest.mark.parametrize(
    ("templates", "told_of"),
    [
        ({"issue": "{{ body }}{{ events }}{{ sign_off }}"}, "the section housekeeping"),
        (
            {"issue": "{% for part in sections if part.name != 'body' %}{{ part.content }}{% endfor %}"},
            "the section body",
        ),
        ({"housekeeping": "{{ notices[0] }}"}, "notices, which are used up all the same"),
        ({"housekeeping": "{% for n in notices %}{{ n }}{% endfor %}"}, None),
        ({"housekeeping": "| a |\n|--|\n| {{ content }} |"}, None),
        ({"body": "Nothing today."}, "the text of the draft"),
    ],
)
def test_what_a_template_leaves_out_is_told(templates: dict[str, Any], told_of: str | None) -> None:
    """A notice that is used up unseen, or a text that nobody gets to read, is a warning."""
    found = [entry.message for entry in templated(**templates).findings if entry.level is Level.WARNING]

    assert ([f"the template leaves out {told_of}"] if told_of else []) == found


def test_words_of_a_passage_stay_words() -> None:
    """A template that works with the words of a notice gets no Markdown out of them."""
    issue = issue_of(
        notices=(notice("\\*\\*not bold\\*\\* \\[x\\](https\\://a.example)"),),
        frame=frame(templates={"housekeeping": "{% for n in notices %}{{ n.text|upper }} {{ n }}{% endfor %}"}),
    )

    assert "<p>**NOT BOLD** [X](HTTPS://A.EXAMPLE) **not bold** [x](https://a.example)</p>" in html(issue)


def test_problems_in_a_template_are_findings() -> None:
    """What is wrong in what a template wrote is found in the template, at no line: it is not the one of its file."""
    issue = templated(body="{% for n in range(9) %}\n\n{% endfor %}\n{{ content }}\n![](none.png)\n\n[^u]: unused")
    seen = [(entry.file, entry.line, entry.level) for entry in issue.findings]

    assert [("templates/body.md.j2", None, Level.ERROR)] == seen[:1]
    assert {("templates/body.md.j2", None)} == {place[:2] for place in seen}
    assert 3 == len(seen)


@pytest.mark.parametrize(("template", "name"), [("{{ nothing }}", "nothing"), ("{{ draft.mood }}", "mood")])
def test_value_that_is_missing_is_named(template: str, name: str) -> None:
    """A template that names what is not there is told so in plain words, with what to write where it may be missing."""
    with pytest.raises(DraftError) as caught:
        templated(body=template)

    assert f"the template cannot be filled: there is no value `{name}`" == caught.value.message
    assert 'check its name; where it may be missing, write {{ its.name | default("") }}' == caught.value.fix
    assert "<p>Hello.</p>" in html(templated(body='{{ draft.mood | default("") }}\n\n{{ content }}'))


def test_templates_write_sections_of_their_own() -> None:
    """A section that the bot does not know is what its template writes."""
    settings = frame(
        sections=("poll", "unknown", "body"),
        templates={"poll": "Vote for {{ issue.slot }}!"},
        headings={"poll": "Poll"},
    )

    assert "<h2>Poll</h2>\n<p>Vote for 2026-W22!</p>" in html(issue_of(frame=settings))
