"""Pictures and links of the writer's folder."""

from __future__ import annotations

import pytest
from assembly_samples import draft, frame, html, issue_of, notice, picture

from newsletter_bot.assembly import Fault, ImageSource, images_of, issue_address
from newsletter_bot.document import Image
from newsletter_bot.markup.walk import walk
from newsletter_bot.model import IMAGE_ADDRESS, ISSUE_ADDRESS, Finding, Issue, Level

WEB = "https://i.example/lamp.png"


def images(issue: Issue) -> list[Image]:
    return [node for node in walk(issue.document) if isinstance(node, Image)]


def found(issue: Issue) -> list[tuple[Level, str | None, int | None]]:
    return [(finding.level, finding.file, finding.line) for finding in issue.findings]


def test_pictures_of_a_draft_are_named_with_lines() -> None:
    """Each picture is named once, as the file is called, with its line: cover first, then text and notices."""
    own = draft(
        "a ![x](one%20a.png)\n\n![y](https://i.example/b%20.png)\n\n> ![z](one%20a.png)\n\n[^1]: ![w](note.png)\n\n[^1]",
        body_line=10,
        cover="cover.png",
        housekeeping=(notice("![n](n.png)"),),
    )

    assert (
        ImageSource("cover.png", None),
        ImageSource("one a.png", 10),
        ImageSource("https://i.example/b%20.png", 12),
        ImageSource("note.png", 16),
        ImageSource("n.png", 3),
    ) == images_of(own)
    assert () == images_of(draft())


def test_local_picture_gets_its_stand_in_and_size() -> None:
    """A file of the folder is known by its digest; the tree has its size and type."""
    issue = issue_of(draft("![x](pics/a%20b.png)"), pictures={"pics/a b.png": picture()})
    (image,) = images(issue)

    assert (IMAGE_ADDRESS + "a" * 64, 640, 480, "image/png") == (image.src, image.width, image.height, image.media_type)
    assert {image.src: picture()} == issue.pictures


def test_path_below_the_newsletters_folder_wins() -> None:
    """Drafts of a digest may each have an image of the same name."""
    drafts = [draft("![x](x.png)", path=f"drafts/{name}/d.md", id=name) for name in "ab"]
    pictures = {f"drafts/{name}/x.png": picture(name) for name in "ab"}

    assert [IMAGE_ADDRESS + name * 64 for name in "ab"] == [
        image.src for image in images(issue_of(*drafts, frame=frame(compose="digest"), pictures=pictures))
    ]


def test_remote_picture_stays_and_is_known() -> None:
    """An address stays; when its bytes are known, so is its size."""
    src = "https://i.example/x.png"
    known = issue_of(draft(f"![x]({src})"), pictures={src: picture()})

    assert [(src, 640)] == [(image.src, image.width) for image in images(known)]
    assert {src: picture()} == known.pictures
    assert () == issue_of(draft(f"![x]({src})")).findings


def test_missing_picture_is_an_error_with_its_line() -> None:
    """A picture that is not there stops the issue, with the nearest name as mend."""
    issue = issue_of(draft("Text\n\n![x](photo.pgn)", body_line=5), pictures={"photo.png": picture()})
    unknown = issue_of(draft("![x](y.png)"))

    assert [(Level.ERROR, "drafts/wheels.md", 7)] == found(issue)
    assert "did you mean photo.png?" == issue.findings[0].fix
    assert "put the file there, or mend the path" == unknown.findings[0].fix


def test_picture_without_description_is_a_warning() -> None:
    """A picture that says nothing to those who cannot see it is named."""
    issue = issue_of(draft("![ ](a.png)"), pictures={"a.png": picture()})

    assert [(Level.WARNING, "drafts/wheels.md", 1)] == found(issue)


def test_cover_is_a_picture_of_the_folder() -> None:
    """The cover gets its stand-in; a missing one is an error at its key, one without a description a warning."""
    issue = issue_of(draft(cover="c.png", cover_alt="A wheel"), pictures={"c.png": picture("c")})
    missing = issue_of(draft(cover="c.png", cover_alt="A wheel"))
    silent = issue_of(draft(cover="c.png", cover_alt=" "), pictures={"c.png": picture("c")})

    assert (IMAGE_ADDRESS + "c" * 64, "A wheel") == (issue.cover, issue.cover_alt)
    assert [("cover", Level.ERROR)] == [(finding.key, finding.level) for finding in missing.findings]
    assert [("cover", Level.WARNING)] == [(finding.key, finding.level) for finding in silent.findings]
    assert None is issue_of().cover


@pytest.mark.parametrize("html_image", ["x <img src='a.png'> y", "<img alt=x src=a.png>\n"])
def test_local_picture_in_raw_html_is_told(html_image: str) -> None:
    """A file that raw HTML names is not carried along, and that is said."""
    assert [(Level.WARNING, "drafts/wheels.md", 1)] == found(issue_of(draft(html_image)))
    assert [] == found(issue_of(draft(html_image.replace("a.png", "https://i.example/a.png"))))


@pytest.mark.parametrize(
    ("html_text", "part"),
    [
        ("x <a href='javascript:steal()'>y</a>", "the javascript: address"),
        ('x <a href="java&#115;cript:steal()">y</a>', "the javascript: address"),
        ('<div class="a" ONCLICK=steal()>\n\ny\n\n</div>', "the handler onclick"),
        ("x <img alt=y src=https://i.example/a.png onerror='z'>", "the handler onerror"),
    ],
)
def test_what_would_act_in_raw_html_is_named(html_text: str, part: str) -> None:
    """Handlers and addresses that run something are taken out of HTML of the writer's own, with a warning."""
    (told,) = issue_of(draft(html_text, body_line=5)).findings

    assert (Level.WARNING, f"{part} in raw HTML is taken out", 5) == (told.level, told.message, told.line)
    assert () == issue_of(draft('x <a href="https://a.example" title="on=1">y</a>')).findings


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("2026-old.md", "2026-old"),
        ("./2026-old.md", "2026-old"),
        ("../drafts/2026-old.md#part", "2026-old#part"),
        ("/drafts/2026-old.md", None),
        ("sub/deep%20one.markdown", "sub/deep%20one"),
    ],
)
def test_link_to_a_draft_is_a_link_to_its_issue(href: str, expected: str | None) -> None:
    """A relative path to a draft stands for the address of its issue."""
    issues = {"drafts/2026-old.md": "2026-old", "drafts/sub/deep one.markdown": "sub/deep one"}
    shown = html(issue_of(draft(f"[words]({href})"), issues=issues))

    assert (f'<a href="{ISSUE_ADDRESS}{expected}">words</a>' if expected else "<p>words</p>") in shown


def test_link_to_an_unknown_draft_stands_as_words() -> None:
    """A link to a draft that is not there is a finding with the nearest name; its words remain."""
    issue = issue_of(draft("See [*this*](2026-odl.md)."), issues={"drafts/2026-old.md": "x"})
    other = issue_of(draft("See [this](zzz.md)."))

    assert "<p>See <em>this</em>.</p>\n" == html(issue)
    assert (Level.WARNING, "did you mean drafts/2026-old.md?") == (issue.findings[0].level, issue.findings[0].fix)
    assert "mend its path" == other.findings[0].fix


def test_a_draft_is_not_told_to_link_to_itself() -> None:
    """The nearest name is never that of the draft in which the link stands."""
    own = draft("See [this](2026-11-18-wheel.md).", path="drafts/2026-11-25-wheel.md")
    (finding,) = issue_of(own, paths=[own.path]).findings

    assert "mend its path" == finding.fix


def test_link_to_a_draft_that_is_not_out_waits_for_it() -> None:
    """It is told that the link comes later; no other draft is named in its place."""
    paths = ["drafts/2026-new.md", "drafts/2026-old.md"]
    issue = issue_of(draft("See [this](2026-new.md)."), issues={"drafts/2026-old.md": "x"}, paths=paths)
    (finding,) = issue.findings

    assert "<p>See this.</p>\n" == html(issue)
    assert "the link leads to drafts/2026-new.md, which is not out yet: its words stand without it" == finding.message
    assert "it becomes a link once that draft is out" == finding.fix


@pytest.mark.parametrize("href", ["paper.pdf", "2026-old", "/about", "old.md?x=1"])
def test_link_that_only_the_folder_knows_is_told(href: str) -> None:
    """No reader can follow a path: it stays as it is, and is named."""
    issue = issue_of(draft(f"See [this]({href})."), issues={"drafts/old.md": "x"})

    assert f'href="{href}"' in html(issue)
    assert [(Level.WARNING, "drafts/wheels.md", 1)] == found(issue)
    assert [] == found(issue_of(draft("[a](#part) [b](mailto:a@b.example) [c](https://a.example/x)\n")))


def test_link_to_a_draft_in_raw_html_is_told() -> None:
    """Only links of the text become the address of an issue."""
    assert [(Level.WARNING, "drafts/wheels.md", 1)] == found(issue_of(draft('x <a href="old.md#part">y</a>')))
    assert [] == found(issue_of(draft('x <a href="https://a.example/old.md">y</a>')))


@pytest.mark.parametrize(
    "href", ["https://a.example/x.md", "#part.md", "mailto:a@b.md", "page.html", "//a.example/b.md"]
)
def test_other_links_stay(href: str) -> None:
    """Addresses and other files are left as they are."""
    assert f'href="{href}"' in html(issue_of(draft(f"[x]({href})")))


def test_notices_are_seen_from_their_own_file() -> None:
    """A notice's link to a draft is relative to the inbox."""
    issue = issue_of(notices=[notice("[x](a.md) ![y](gone.png)")], issues={"drafts/a.md": "a"})

    assert issue_address("a") in html(issue)
    assert [Finding(
        level=Level.ERROR, message="the image gone.png cannot be found", fix="put the file there, or mend the path",
        file="drafts/_housekeeping.md", line=3,
    )] == list(issue.findings)  # fmt: skip


@pytest.mark.parametrize(("nothing", "src", "stands"), [(False, WEB, "a link"), (True, "", "its description")])
def test_a_picture_on_the_web_that_cannot_be_had_is_told(*, nothing: bool, src: str, stands: str) -> None:
    """It keeps the issue from nothing: it stays a link to there, or its description when there is no picture."""
    issue = issue_of(draft(f"![x]({WEB})", body_line=4), faults={WEB: Fault("gone", "mend it", nothing=nothing)})
    (image,) = images(issue)
    (finding,) = issue.findings

    assert src == image.src
    assert (Level.WARNING, 4) == (finding.level, finding.line)
    assert stands in finding.message


def test_a_cover_that_is_no_picture_is_left_out() -> None:
    """Nothing stands in place of a cover."""
    issue = issue_of(draft(cover=WEB, cover_alt="A lamp"), faults={WEB: Fault("a page", None, nothing=True)})

    assert ["the issue goes out without it"] == [one.message.rpartition("; ")[2] for one in issue.findings]


def test_a_file_that_is_no_picture_says_why_where_it_is_shown() -> None:
    """The reason and the mend come from whoever looked at the file."""
    issue = issue_of(draft("![x](a.png)", body_line=4), faults={"drafts/a.png": Fault("it is empty", "save it again")})
    (finding,) = issue.findings

    assert (Level.ERROR, "image `a.png`: it is empty", 4) == (finding.level, finding.message, finding.line)
