"""Bad input is taken rightly or told once, with file, line and a mend; it never ends in a traceback, and nothing is sent."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from writer_stage import Answer, Writer, typed

HEAD = b"---\ntitle: Hello\nstatus: ready\n---\n\n"
BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n" % (name, name, *[name - 1] * 9)
    for name in range(ord("b"), ord("h"))
)
NAUGHTY = Path(__file__).parents[3] / "shared" / "corpora" / "hostile" / "blns"
KILOBYTES = 512_000
"""The memory that is promised, here even as address space."""


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int) -> bytes:
    """An image that claims a size and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(bytes(1000))) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


REFUSED: dict[str, tuple[bytes, int | None, str]] = {
    "not UTF-8": (HEAD + b"caf\xe9\n", 6, "UTF-8"),
    "UTF-16": ("---\ntitle: A\nstatus: ready\n---\ntext".encode("utf-16"), 1, "UTF-16"),
    "list as front matter": (b"---\n- a\n---\ntext\n", 2, "a list"),
    "nothing as front matter": (b"---\n---\ntext\n", 1, "no title"),
    "no front matter": (b"text\n", 1, "front matter"),
    "empty file": (b"", 1, "front matter"),
    "doubled key": (b"---\ntitle: A\nstatus: ready\ntitle: B\n---\ntext\n", 4, "doubled"),
    "date as title": (b"---\ntitle: 2026-11-25\nstatus: ready\n---\ntext\n", 2, "a date"),
    "open front matter": (b"---\ntitle: A\nstatus: ready\n\ntext\n", 1, "not closed"),
    "NUL": (HEAD + b"a\0b\n", 6, "NUL"),
    "5 MB": (HEAD + b"word " * 1_000_000, None, "5.0 MB"),
    "endless list": (HEAD + b"- a\n" * 250_000, None, "250,001"),
    "endless emphasis": (HEAD + b"*_`" * 300_000, None, "at most 100,000"),
    "alias bomb": (b"---\n" + BOMB + b"title: *g\nstatus: ready\n---\ntext\n", 2, "aliases"),
    "tag": (b"---\ntitle: !!python/name:os.system x\nstatus: ready\n---\ntext\n", 2, "tag"),
    "nesting": (b"---\ntitle: " + b"[" * 20_000 + b"\nstatus: ready\n---\ntext\n", 2, "nested"),
    "no text at all": (HEAD, None, "says nothing"),
    "image out of the folder": (HEAD + b"![a](../../../../etc/hostname)\n", 6, "outside"),
    "image that is missing": (HEAD + b"![a](seventh.png)\n", 6, "seventh.png"),
    "footnote without text": (HEAD + b"a[^1]\n", 6, "not defined"),
    "footnote without mark": (HEAD + b"a\n\n[^1]: b\n", 8, "never referred"),
    "unknown publication": (b"---\ntitle: A\nstatus: ready\npublications: [substak]\n---\nx\n", 4, "substak"),
}
TAKEN = {
    "byte order mark": b"\xef\xbb\xbf" + HEAD + b"text\n",
    "CRLF": (HEAD + b"text\n\n- a\n- b\n").replace(b"\n", b"\r\n"),
    "CR": (HEAD + b"text\n\nmore\n").replace(b"\n", b"\r"),
    "open fence": HEAD + b"text\n\n```python\nlast = 1\n",
    "deep quotes": HEAD + b"> " * 20_000 + b"text\n",
    "one long word": HEAD + b"text" * 500_000,
    "raw HTML that acts": HEAD
    + b"<img src=x onerror=alert(1)> <script>alert(1)</script> text [a](javascript:alert(1))\n",
}
IMAGES = {
    "bomb.png": png(60_000, 60_000),
    "page.png": b"<html><script>alert(1)</script></html>",
    "program.gif": b"MZ" + bytes(100),
    "empty.jpg": b"",
    "cut.png": png(10, 10)[:40],
    "acts.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "entity.svg": b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/hostname">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>',
}


def error_of(answer: Answer) -> dict[str, Any]:
    """The one error of a command that was refused, which is told as the contract says."""
    assert 2 == answer.code
    found: dict[str, Any] = answer.json["error"]
    assert {"kind", "message", "file", "line", "key", "fix"} == set(found)
    return found


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_draft_is_one_error(writer: Writer, name: str) -> None:
    """A draft that cannot go out is told with file, line and mend; the other drafts stay usable."""
    content, line, told = REFUSED[name]
    (writer.folder / "drafts" / "bad.md").write_bytes(content)
    writer.write("good")

    error = error_of(writer.publish("drafts/bad.md"))

    assert ("drafts/bad.md", line) == (error["file"], error["line"])
    assert told in error["message"]
    assert error["fix"]
    assert [] == writer.sandbox.titles()
    assert 0 == writer.publish("drafts/good.md").code


@pytest.mark.parametrize("name", TAKEN)
def test_odd_but_sound_drafts_go_out(writer: Writer, name: str) -> None:
    """What only looks odd is carried to both services."""
    (writer.folder / "drafts" / "odd.md").write_bytes(TAKEN[name])

    answer = writer.publish("drafts/odd.md")

    assert (0, {"substack": "delivered", "medium": "delivered"}) == (answer.code, answer.states)


@pytest.mark.parametrize("name", IMAGES)
def test_a_hostile_image_is_refused(writer: Writer, name: str) -> None:
    """An image that is none, is broken, acts or would burst is named with its line."""
    (writer.folder / "drafts" / name).write_bytes(IMAGES[name])
    writer.write("lamp", f"![a lamp]({name})")

    error = error_of(writer.publish())

    assert ("drafts/lamp.md", 6) == (error["file"], error["line"])
    assert name in error["message"]


def test_links_out_of_the_folder_are_not_followed(writer: Writer, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Neither an image nor a draft is read through a link that leaves the folder."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "secret.png").write_bytes(png(2, 2))
    (elsewhere / "secret.md").write_bytes(HEAD + b"A secret.\n")
    (writer.folder / "drafts" / "lamp.png").symlink_to(elsewhere / "secret.png")
    (writer.folder / "drafts" / "link.md").symlink_to(elsewhere / "secret.md")
    writer.write("lamp", "![a lamp](lamp.png)")

    assert "outside" in error_of(writer.publish("drafts/lamp.md"))["message"]
    assert "leaves" in error_of(writer.publish("drafts/link.md"))["message"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"- title: A\n  start: 2026-12-01\n  start: 2026-12-02\n", "doubled"),
        (b"- title: caf\xe9\n  start: 2026-12-01\n", "UTF-8"),
        (b"title: A\nstart: 2026-12-01\n", "a mapping"),
        (b"- title: A\n  start: soon\n", "no date"),
        (b"- title: A\n  start: 2026-12-05\n  end: 2026-12-01\n", "before"),
        (BOMB, "aliases"),
    ],
)
def test_a_file_of_events_that_says_nothing_stops_the_issue(writer: Writer, content: bytes, told: str) -> None:
    """No issue goes out without its events because of a slip in the writer's own file: file and line are named."""
    (writer.folder / "drafts" / "_events.yaml").write_bytes(content)
    writer.write("lanterns")

    published = writer.publish()
    error = error_of(published)

    assert (2, []) == (published.code, writer.sandbox.posts())
    assert told in error["message"]
    assert "drafts/_events.yaml" == error["file"]
    assert error["line"]
    assert error["fix"]


def test_a_broken_file_of_events_is_of_no_account_without_their_section(writer: Writer) -> None:
    """An issue that lists no events goes out whatever is wrong with their file, and that is told."""
    (writer.folder / "drafts" / "_events.yaml").write_text("title: A\n", encoding="utf-8")
    settings = writer.folder / "schedule.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("issue: {", "issue: {sections: [body, sign_off], "), encoding="utf-8")
    writer.write("lanterns")

    published = writer.publish()

    assert 0 == published.code
    assert "not a list of events" in published.err


def test_one_bad_event_among_others_is_told_and_left_out(writer: Writer) -> None:
    """The plan says what is wrong with an event, publishing says it again, and the others are listed."""
    events = "- title: A\n  start: soon\n- title: Regatta\n  start: 2026-12-01\n"
    (writer.folder / "drafts" / "_events.yaml").write_text(events, encoding="utf-8")
    writer.write("lanterns")

    plan = writer.run("plan", "--json").json
    published = writer.publish()

    assert [2] == [finding["line"] for finding in plan["findings"]]
    assert ["Regatta"] == [item["title"] for item in plan["issue"]["sections"][0]["items"]]
    assert 0 == published.code
    assert "no date" in published.err


def test_a_file_of_events_that_breaks_later_leaves_the_issue_as_it_is(writer: Writer) -> None:
    """What is out keeps its events while the file is broken, and cron says what is wrong with it."""
    events = writer.folder / "drafts" / "_events.yaml"
    events.write_text("- title: Regatta\n  start: 2026-12-01\n", encoding="utf-8")
    writer.write("lanterns")
    writer.publish()
    before = writer.sandbox.posts()
    events.write_text("- title: Regatta\n  start: [\n", encoding="utf-8")

    due = writer.publish("--due")

    assert before == writer.sandbox.posts()
    assert 2 == due.code
    assert "_events.yaml" in due.err


def test_an_event_cannot_change_the_issue(writer: Writer) -> None:
    """Markup in an event's words is text, and an address that acts is no link."""
    event = (
        '- title: "[x](javascript:alert(1)) <b>loud</b> # head"\n  start: 2026-12-01\n  url: "javascript:alert(2)"\n'
    )
    (writer.folder / "drafts" / "_events.yaml").write_text(event, encoding="utf-8")
    writer.write("lanterns")

    writer.run("preview", "--out", "seen")

    page = (writer.folder / "seen" / "medium.html").read_text(encoding="utf-8")
    assert "[x](javascript:alert(1)) &lt;b&gt;loud&lt;/b&gt; # head" in page
    assert "href" not in page


def test_a_line_of_the_inbox_is_no_line_of_the_draft(writer: Writer) -> None:
    """A loss in a notice names no line: lines are those of the draft."""
    (writer.folder / "drafts" / "_housekeeping.md").write_text("- outer\n  - inner\n", encoding="utf-8")
    writer.write("lanterns")

    losses = writer.run("plan", "--json").json["deliveries"][1]["losses"]

    assert [("a list within a list", None)] == [(loss["what"], loss["line"]) for loss in losses]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"- a\n", "list"),
        (b"newsletter: {title: caf\xe9}\n", "UTF-8"),
        (b"cadense: {}\n", "no such key"),
        (b"newsletter: {timezone: Europe/Lisabon}\n", "time zone"),
        (BOMB, "aliases"),
        (b"#" * 6_000_000, "larger"),
        (b"#\0\n", "control character"),
    ],
)
def test_bad_settings_are_one_error(writer: Writer, content: bytes, told: str) -> None:
    """Settings that cannot be read stop every command, with the place and a mend."""
    (writer.folder / "schedule.yaml").write_bytes(content)

    error = error_of(writer.publish())

    assert told in error["message"]
    assert error["file"].endswith("schedule.yaml")
    assert error["fix"]


COMMANDS = (
    ("plan",),
    ("publish",),
    ("status",),
    ("streak",),
    ("check", "--offline"),
    ("platforms",),
    ("schema",),
    ("suggest", "--offline"),
    ("new", "A title"),
    ("note", "A notice"),
    ("preview", "--out", "seen"),
    ("import", ".", "--dry-run"),
    ("ledger", "check"),
    ("resolve", "nothing", "--absent"),
    ("retract", "7", "--yes"),
    ("status", "nothing"),
    ("plan", "drafts/nope.md"),
    ("plan", "\udcff"),
    ("publish", "--only", "nope"),
    ("publish", "--plan", "schedule.yaml"),
    ("bogus",),
    ("plan", "--bogus"),
    (),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command).encode("ascii", "replace").decode())
@pytest.mark.parametrize("folder", ["sound", "no drafts", "no settings"])
def test_json_is_one_document(writer: Writer, command: tuple[str, ...], folder: str) -> None:
    """Every command answers with exactly one JSON document, and an error in it means code 2."""
    writer.write("lanterns")
    writer.run("status")
    if folder != "sound":
        (writer.folder / "drafts" / "lanterns.md").unlink()
        (writer.folder / "drafts").rmdir()
    if folder == "no settings":
        (writer.folder / "schedule.yaml").unlink()

    answer = writer.run(*command, "--json")

    assert (2 if "error" in answer.json else 0) == answer.code


@pytest.mark.skipif(not NAUGHTY.is_dir(), reason="no naughty strings in ../shared/corpora/hostile/blns")
@pytest.mark.parametrize("part", range(6))
def test_naughty_strings_are_only_strings(writer: Writer, part: int) -> None:
    """Strings that break programs are fine as title, tag, text, notice and event, or are refused in words."""
    for number, text in enumerate(_naughty()[part::6]):
        said = json.dumps(text)
        head = f"---\ntitle: {said}\ntags: [{said}]\nsubtitle: {said}\nstatus: ready\nhousekeeping: [{said}]\n"
        event = f"events: [{{title: {said}, start: 2026-12-01, place: {said}, note: {said}}}]\n---\n\n"
        path = writer.folder / "drafts" / "naughty.md"
        path.write_text(f"{head}{event}{text}\n", encoding="utf-8", errors="surrogatepass")

        answer = writer.run("plan", f"drafts/{path.name}", "--json")

        assert answer.code == (2 if "error" in answer.json else 0), (number, text)


def _naughty() -> list[str]:
    lines = (NAUGHTY / "blns.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("name", ["5 MB", "endless list", "endless emphasis", "alias bomb", "nesting"])
def test_memory_is_bounded(writer: Writer, name: str) -> None:
    """The worst drafts are told within 512 MB."""
    (writer.folder / "drafts" / "bad.md").write_bytes(REFUSED[name][0])

    done = typed(writer, f"ulimit -v {KILOBYTES}; newsletter-bot plan drafts/bad.md")

    assert (2, "") == (done.returncode, done.stdout)
    assert "drafts/bad.md" in done.stderr
    assert "Traceback" not in done.stderr
