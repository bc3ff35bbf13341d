"""Templates come to an end, stay small, and reach nothing but what they were given."""

from __future__ import annotations

import pytest
from assembly_samples import draft, frame, html, issue_of, notice

from newsletter_bot.errors import DraftError

DOUBLE = "{%% set all = namespace(x='aaaa') %%}{%% for i in range(60) %%}{%% set all.x = %s %%}{%% endfor %%}"


def filled(template: str) -> str:
    """What the template makes of two notices, without the rest of the issue."""
    settings = frame(templates={"housekeeping": template}, headings={"housekeeping": ""}, sections=("housekeeping",))
    own = draft(tags=("a", "b"), extra={"views": 2_500_000})
    return html(issue_of(own, notices=[notice("One"), notice("Two")], frame=settings))


def reason(template: str) -> str:
    with pytest.raises(DraftError) as caught:
        filled(template)
    assert "templates/housekeeping.md.j2" == caught.value.file
    return caught.value.message.removeprefix("the template cannot be filled: ")


@pytest.mark.parametrize(
    "template",
    [
        "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
        "{% for a in 'xxxxxxxxxx' %}" * 9 + "x" + "{% endfor %}" * 9,
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
        "{% for a in [1, 2] recursive %}{% if loop.depth < 50 %}{{ loop([1, 2]) }}{% endif %}{% endfor %}",
        "{% set n = n|default(0) + 1 %}{% if n < 40 %}{% include 'housekeeping' %}{% include 'housekeeping' %}{% endif %}",
        "{% for i in range(100000) %}{{ range(100000)|sum }}{% endfor %}",
        "{% set x %}{% for i in range(90000) %}" + "y" * 5000 + "{% endfor %}{% endset %}z",
        "{{ ('a' * 1000000)|wordwrap(1) }}",
    ],
)
def test_endless_work_is_an_error(template: str) -> None:
    """Loops, calls, includes and filters are counted."""
    assert "it does not come to an end: more than 300,000 steps were taken" == reason(template)


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'a' * 10 ** 9 }}",
        "{{ 9 ** (9 ** 9) }}",
        "{% for i in range(90000) %}" + "y" * 90 + "{% endfor %}",
        DOUBLE % "all.x ~ all.x",
        DOUBLE % "all.x + all.x",
        DOUBLE % "all.x|replace('a', 'aa')",
        DOUBLE % "all.x.replace('a', all.x)",
        "{{ range(100000)|join('a' * 1000) }}",
    ],
)
def test_endless_text_is_an_error(template: str) -> None:
    """What would fill the memory is stopped before it does."""
    assert "it makes a text of more than 1,000,000 letters" == reason(template)


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'a'|center(1000000000) }}",
        "{{ 'a'.ljust(1000000000) }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '%*d' % (1000000000, 1) }}",
        "{{ '{:>1000000000}'.format(1) }}",
        "{{ '{:>{}}'.format(1, 1000000000) }}",
        "{{ '%1000000000d'|format(1) }}",
        "{{ [1]|batch(1000000000, 'x')|list|length }}",
        "{{ 1.5|round(1000000000) }}",
    ],
)
def test_endless_widths_are_an_error(template: str) -> None:
    """Nothing is padded without measure."""
    assert reason(template) in (
        "the number is too large: at most 100,000 is taken",
        "a pattern says its widths itself, in at most five digits",
    )


@pytest.mark.parametrize(
    "template", ["{% for a in 'xx' %}" * 30 + "x" + "{% endfor %}" * 30, "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}"]
)
def test_endless_nesting_is_an_error(template: str) -> None:
    """What Python itself cannot nest is told in our words."""
    assert "it calls itself, or things in it are nested too deeply" == reason(template)


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ content.blocks }}",
        "{{ content.__class__ }}",
        "{{ notices[0]|attr('blocks') }}",
        "{{ draft.title.source }}",
        "{{ '{0.__class__}'.format(content) }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ lipsum.__globals__ }}",
    ],
)
def test_nothing_leads_out_of_the_values(template: str) -> None:
    """A value has its words; what Python keeps behind them is out of reach."""
    assert reason(template)


@pytest.mark.parametrize(
    ("template", "kind"),
    [
        ("{{ draft.tags }}", "a list"),
        ("{{ newsletter }}", "a group of values"),
        ("{{ notices|map('upper') }}", "a generator"),
        ("{{ joiner }}", "a type"),
    ],
)
def test_only_words_are_written(template: str, kind: str) -> None:
    """No reader gets to see how Python shows a list."""
    assert reason(template).startswith(f"{kind} is no text: name its parts")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{% for n in notices %}{{ loop.index }}/{{ loop.length }} {{ n }}{{ '; ' if not loop.last }}{% endfor %}", "1/2 One; 2/2 Two"),
        ("{{ '{:,}'.format(draft.views) }} {{ draft.views|string }} {{ 2 ** 10 }}", "2,500,000 2500000 1024"),
        ("{{ 'x' ~ 1 ~ 'y' }} {{ '%05.2f'|format(3.14159) }} {{ 'ab' * 2 }} {{ 7 % 4 }}", "x1y 03.14 abab 3"),
        ("{{ draft.tags|join(', ') }} {{ none }}{{ true }}", "a, b True"),
        ("{% for k, v in {'x': 1}|dictsort %}{{ k }}={{ v }}{% endfor %}{% for m in [] %}{% else %} none{% endfor %}", "x=1 none"),
        ("{% for row in [1, 2, 3]|batch(2) %}{{ row|join('-') }} {% endfor %}", "1-2 3"),
        ("{% for i in [[1, [[2, []]]]] recursive %}{{ i[0] }}{{ loop(i[1]) if i[1] }}{% endfor %}", "12"),
        ("{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m('a').replace('<', '(').replace('>', ')') }}", "(a)"),
    ],
)  # fmt: skip
def test_what_templates_do_works(template: str, expected: str) -> None:
    """Counting changes nothing in loops, filters, calculations and macros."""
    assert f"<p>{expected}</p>\n" == filled(template)
