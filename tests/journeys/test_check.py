"""check: everything that could stop the next issue is found before it does, with file, line and mend."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from outside_world import World, world
from writer_stage import Answer, Writer


@pytest.fixture
def others() -> Iterator[Any]:
    """Everybody else's servers."""
    with world() as found:
        yield found


def found(answer: Answer, level: Any = None) -> Any:
    """What the findings say, by file and line."""
    return [
        (one["file"], one["line"], one["message"]) for one in answer.json["findings"] if level in (None, one["level"])
    ]


def says(answer: Answer, words: Any, level: Any = None) -> Any:
    """The findings that hold these words."""
    return [one for one in answer.json["findings"] if words in one["message"] and level in (None, one["level"])]


def test_all_is_well(writer: Writer) -> None:
    """Nothing to say is said, and the code is 0."""
    writer.write("lanterns")

    answer = writer.run("check", "--json")

    assert (0, []) == (answer.code, found(answer))
    assert "All is well." in writer.run("check").out


def test_a_broken_draft_is_named_with_its_line(writer: Writer) -> None:
    """Front matter that cannot be read is an error with file, line and mend, and the code is 2."""
    path = writer.write("lanterns")
    path.write_text("---\ntitle: Lanterns\nstatus: maybe\n---\n\nText.\n", encoding="utf-8")

    answer = writer.run("check", "--json", "--offline")

    (one,) = answer.json["findings"]
    assert 2 == answer.code
    assert ("drafts/lanterns.md", 3, "status") == (one["file"], one["line"], one["key"])
    assert one["fix"]


def test_every_fault_of_a_draft_is_named_at_once(writer: Writer) -> None:
    """A missing image, a missing description and an undefined footnote: three findings in one look."""
    writer.write("lanterns", "![](there.png)\n\n![](http://pictures.example/a.png)\n\nA note[^1].")

    answer = writer.run("check", "--json", "--offline")

    assert 2 == answer.code
    assert [6, 10] == sorted(line for _, line, _ in found(answer, "error"))
    assert 2 == len(says(answer, "has no description", "warning"))


def test_a_draft_that_is_not_ready_is_looked_at_too(writer: Writer) -> None:
    """What is wrong is told while the writer still writes."""
    writer.write("lanterns", "![](there.png)", status="draft")

    assert [6] == [line for _, line, _ in found(writer.run("check", "--json", "--offline"), "error")]


def test_an_unknown_publication_is_named(writer: Writer) -> None:
    """A draft for a publication that the settings do not have."""
    path = writer.write("lanterns")
    path.write_text("---\ntitle: L\nstatus: ready\npublications: [mediun]\n---\n\nText.\n", encoding="utf-8")

    (one,) = writer.run("check", "--json", "--offline").json["findings"]

    assert ("error", "drafts/lanterns.md", 4) == (one["level"], one["file"], one["line"])
    assert "medium" in one["fix"]


def test_faults_of_event_files_are_named_without_a_draft(writer: Writer) -> None:
    """Events are read also while no draft waits."""
    (writer.folder / "drafts" / "_events.yaml").write_text("- title: Talk\n  start: soon\n", encoding="utf-8")

    (one,) = writer.run("check", "--json", "--offline").json["findings"]

    assert ("error", "drafts/_events.yaml", 2) == (one["level"], one["file"], one["line"])


def test_missing_credentials_are_named_once(writer: Writer) -> None:
    """A secret that cannot be had is one error, with the key of the setting."""
    for flags in (["--offline"], []):
        answer = writer.run("check", "--json", *flags, MEDIUM_TOKEN="")

        (one,) = answer.json["findings"]
        assert 2 == answer.code
        assert ("error", "publications.medium.token") == (one["level"], one["key"])
        assert "MEDIUM_TOKEN" in one["message"] + one["fix"]


def test_credentials_that_are_refused_are_named_and_not_shown(writer: Writer) -> None:
    """Reach asks each publication; a wrong token is an error at its publication."""
    answer = writer.run("check", "--json", MEDIUM_TOKEN="wrong-but-secret")

    (one,) = answer.json["findings"]
    assert ("error", "publications.medium") == (one["level"], one["key"])
    assert "wrong-but-secret" not in answer.out + answer.err


def test_offline_asks_nobody(writer: Writer, others: Any) -> None:
    """--offline leaves publications, calendars and links alone."""
    others.put("/a.ics", "x")
    writer.configure(more=f"events: {{sources: ['{others.url}/a.ics']}}\nnetwork: {{allow_private: true}}\n")
    writer.write("lanterns", f"See [this]({others.url}/page).")
    writer.sandbox.forget_requests()

    answer = writer.run("check", "--json", "--offline")

    assert (0, []) == (answer.code, found(answer))
    assert [] == others.requests
    assert [] == list(writer.sandbox.requests)


def test_dead_and_moved_links_are_warnings_with_their_line(writer: Writer, others: Any) -> None:
    """404, a page that moved for good, and a host without an answer; what is well is not named."""
    writer.configure(more="network: {allow_private: true}\n")
    for path, status, target in (("/well", 200, ""), ("/moved", 301, "/well"), ("/for-now", 302, "/well")):
        others.put(path, "page", status=status, headers={"Location": target} if target else {})
    links = "\n".join(f"[x]({others.url}/{name})" for name in ("well", "gone", "moved", "for-now"))
    writer.write("lanterns", f"{links}\n[y](http://127.0.0.1:9/down)")

    answer = writer.run("check", "--json")

    lines = {line: message for _, line, message in found(answer, "warning")}
    assert 0 == answer.code
    assert [7, 8, 10] == sorted(lines)
    assert "leads nowhere: the server answered 404" in lines[7]
    assert f"has moved for good to {others.url}/well" in lines[8]
    assert "cannot be followed" in lines[10]
    assert f"write {others.url}/well" == says(answer, "moved")[0]["fix"]


def test_links_are_asked_politely(writer: Writer, others: Any) -> None:
    """A link that was well is not asked again at the next check; a server that refuses HEAD is asked in full."""
    writer.configure(more="network: {allow_private: true}\n")
    others.put("/well", "page")
    writer.write("lanterns", f"[x]({others.url}/well) and again [y]({others.url}/well)")

    writer.run("check")
    writer.run("check")

    assert [("HEAD", "/well")] == [(method, path) for method, path, _ in others.requests]


def test_links_to_private_addresses_are_not_asked(writer: Writer, others: Any) -> None:
    """A link into the own network is named, not followed."""
    writer.write("lanterns", f"[x]({others.url}/well)")

    (one,) = writer.run("check", "--json").json["findings"]

    assert "private address" in one["message"]
    assert [] == others.requests


def test_a_link_of_an_earlier_issue_is_mentioned(writer: Writer) -> None:
    """What issue 1 linked already is for information, blind to tracking and fragment; events and sign-off do not count."""
    writer.write("lanterns", "Read [this](https://quay.example/tides/?utm_source=a#top).")
    writer.publish()
    writer.write("oars", "Once more [this](https://www.quay.example/tides).", status="draft")

    (one,) = writer.run("check", "--json", "--offline").json["findings"]

    assert ("info", "drafts/oars.md", 6) == (one["level"], one["file"], one["line"])
    assert "in issue 1, 'Lanterns'" in one["message"]


def test_notices_that_ended_are_mentioned(writer: Writer) -> None:
    """An expired notice of the inbox is for information."""
    (writer.folder / "drafts" / "_housekeeping.md").write_text(
        "- Old news (until 2026-11-01)\n- Fresh\n", encoding="utf-8"
    )

    (one,) = writer.run("check", "--json", "--offline").json["findings"]

    assert ("info", "drafts/_housekeeping.md", 1) == (one["level"], one["file"], one["line"])


def test_a_calendar_that_is_down_is_a_warning(writer: Writer, others: Any) -> None:
    """The code stays 0: the issue can go out without it."""
    writer.configure(more=f"events: {{sources: ['{others.url}/a.ics']}}\nnetwork: {{allow_private: true}}\n")

    answer = writer.run("check", "--json")

    (one,) = answer.json["findings"]
    assert (0, "warning", others.url + "/a.ics") == (answer.code, one["level"], one["file"])


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (["new", "  "], "TITLE"),
        (["new", "Lanterns", "--date", "tomorrow"], None),
        (["note", "  "], None),
        (["note", "x", "--until", "2026-13-01"], None),
        (["note", "a\u202eb"], None),
    ],
)
def test_slips_of_new_and_note_are_refused_in_json(writer: Writer, arguments: Any, key: Any) -> None:
    """One JSON document with the error, code 2, and no file is written."""
    answer = writer.run(*arguments, "--json")

    assert 2 == answer.code
    assert answer.json["error"]["message"]
    assert key in (None, answer.json["error"]["key"])
    assert [] == list((writer.folder / "drafts").iterdir())


def test_new_and_note_answer_in_json(writer: Writer) -> None:
    """The path of the draft and its id; the notice and its last day; what was made passes check."""
    draft = writer.run("new", 'Sails: "old" & new', "--json").json
    note = writer.run("note", "Two  boats", "--until", "2026-12-01", "--json").json

    assert "drafts/2026-11-25-sails-old-new.md" == draft["draft"]
    assert ("Two boats", "2026-12-01") == (note["notice"], note["until"])
    assert [] == writer.run("check", "--json", "--offline").json["findings"]
    assert 2 == writer.run("new", 'Sails: "old" & new', "--json").code


def test_a_template_for_drafts_is_filled(writer: Writer) -> None:
    """templates/draft.md replaces the built-in one; braces that are no placeholders stay as they are."""
    (writer.folder / "templates").mkdir()
    own = "---\ntitle: {title}\nid: {id}\ntags: [a]\n---\n\n{date} {{ x }} {other} {\n"
    (writer.folder / "templates" / "draft.md").write_text(own, encoding="utf-8")

    path = writer.folder / writer.run("new", "Oars", "--json").json["draft"]

    assert "2026-11-25 {{ x }} {other} {" in path.read_text(encoding="utf-8")
    assert 'title: "Oars"' in path.read_text(encoding="utf-8")
    assert json.loads(writer.run("check", "--json", "--offline").out)


def test_a_dead_image_and_a_dead_link_of_a_notice_are_warnings(writer: Writer, others: Any) -> None:
    """Remote images and the inbox are looked at like links."""
    writer.configure(more="network: {allow_private: true}\n")
    writer.write("lanterns", f"![A boat]({others.url}/boat.png)")
    (writer.folder / "drafts" / "_housekeeping.md").write_text(f"- See [this]({others.url}/gone)\n", encoding="utf-8")

    answer = writer.run("check", "--json")

    assert [("drafts/lanterns.md", 6), ("drafts/_housekeeping.md", 1)] == [
        (file, line) for file, line, _ in found(answer)
    ]
    assert says(answer, f"the image {others.url}/boat.png cannot be had: the server answered 404")


def test_an_edit_of_an_issue_that_is_out_is_looked_at(writer: Writer) -> None:
    """A fault that the writer put into it later is told before the update."""
    path = writer.write("lanterns")
    writer.publish()
    assert [] == found(writer.run("check", "--json", "--offline"))
    path.write_text(path.read_text(encoding="utf-8") + "\n![](there.png)\n", encoding="utf-8")

    assert [8] == [line for _, line, _ in found(writer.run("check", "--json", "--offline"), "error")]


def test_new_is_dated_for_the_slot_that_is_empty(writer: Writer) -> None:
    """Once this week's issue is out, a new draft is for the next."""
    writer.write("lanterns")
    writer.publish()

    assert "drafts/2026-12-02-oars.md" == writer.run("new", "Oars", "--json").json["draft"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("housekeeping.md.j2", b"caf\xe9 {{ content }}", "byte 0xe9 is not valid UTF-8"),
        ("issue.md.j2", b"{{ body }}\n{{ nothing }}", "the template cannot be filled: there is no value `nothing`"),
        ("houskeeping.md.j2", b"Hello", "no section is called houskeeping: this template is used only where another one includes it"),
        ("footnotes.md.j2", b"Hello", "each publication has its own way with footnotes: this template is not used"),
    ],
)  # fmt: skip
def test_templates_are_looked_over(writer: Writer, name: str, content: bytes, message: str) -> None:
    """A template that cannot be read or filled, or that nothing uses, is named with its file; nothing breaks."""
    (writer.folder / "templates").mkdir()
    (writer.folder / "templates" / name).write_bytes(content)
    (writer.folder / "drafts" / "_housekeeping.md").write_text("- A notice\n", encoding="utf-8")
    writer.write("lanterns")

    findings = writer.run("check", "--offline", "--json").json["findings"]

    assert [(f"templates/{name}", message)] == [(one["file"], one["message"]) for one in findings]
    assert 0 == writer.run("status").code


def test_a_template_that_says_nothing_stops_the_issue(writer: Writer) -> None:
    """No empty post goes out."""
    (writer.folder / "templates").mkdir()
    (writer.folder / "templates" / "issue.md.j2").write_text("{# to be written #}", encoding="utf-8")
    writer.write("lanterns")

    answer = writer.publish()

    assert (2, "the issue says nothing: no text, no notices, no events") == (
        answer.code,
        answer.json["error"]["message"],
    )
    assert [] == writer.sandbox.posts("substack")


def test_a_folder_called_like_a_template_is_told(writer: Writer) -> None:
    """It is no file, and that is said."""
    (writer.folder / "templates" / "body.md.j2").mkdir(parents=True)
    writer.write("lanterns")

    error = writer.run("plan", "--json").json["error"]

    assert ("templates/body.md.j2", "this is not a regular file") == (error["file"], error["message"])


def test_a_page_is_asked_for_once_whatever_its_fragments(writer: Writer, others: World) -> None:
    """Ten places of one page are one page."""
    writer.configure(more="network: {allow_private: true}\n")
    page = others.put("/long", "here")
    writer.write("lanterns", " ".join(f"[{part}]({page}#{part})" for part in ("a", "b", "c")))

    assert [] == writer.run("check", "--json").json["findings"]
    assert 1 == others.asked("/long")


def test_a_host_that_asks_for_patience_gets_it(writer: Writer, others: World) -> None:
    """After 429 nothing more is asked of it; what was not looked at is said, and asked for another time."""
    writer.configure(more="network: {allow_private: true}\n")
    others.put("/busy", "later", status=429)
    others.put("/quiet", "here")
    writer.write("lanterns", f"[a]({others.url}/busy) [b]({others.url}/quiet)")

    (finding,) = writer.run("check", "--json").json["findings"]
    asked = others.asked("/quiet")
    others.put("/busy", "here")

    assert ("info", "2 links were not looked at") == (finding["level"], finding["message"].partition(":")[0])
    assert 0 == asked
    assert [] == writer.run("check", "--json").json["findings"]


def test_the_difference_of_a_plan_shows_real_addresses(writer: Writer) -> None:
    """A link that came since reads as it will; nothing that only stands in for an address is shown."""
    writer.write("lanterns", "See [the sequel](sequel.md).")
    writer.publish()
    writer.write("sequel")
    writer.publish("--only", "medium", "drafts/sequel.md", now="2026-12-02T09:00:00+00:00")
    answer = writer.publish(now="2026-12-02T09:00:00+00:00")

    shown = writer.run("plan", "drafts/lanterns.md").out

    assert f"+See the sequel ({answer.deliveries['medium']['url']})." in shown
    assert ".invalid" not in shown
