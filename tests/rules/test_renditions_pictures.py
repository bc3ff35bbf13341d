"""Pictures within a platform's limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from assembly_samples import draft, issue_of, picture
from test_renditions_powers import outlet

from newsletter_bot.model import (
    IMAGE_ADDRESS,
    Capabilities,
    Format,
    ImageWay,
    Issue,
    Loss,
    Picture,
    Rendition,
    TextPowers,
)
from newsletter_bot.renditions import needs_home, render

HERE = IMAGE_ADDRESS + "a" * 64
REMOTE = "https://i.example/x.png"
BODY = "Text ![in line](a.png) on.\n\n![alone](a.png)"


def issue(body: str = BODY, **pictures: Picture) -> Issue:
    given = {"a.png": picture(), **{name.replace("_", "."): entry for name, entry in pictures.items()}}
    return issue_of(draft(body, body_line=10), pictures=given)


def shown(issue: Issue, way: ImageWay, **given: Any) -> Rendition:
    home, has_home, fit = given.pop("home", False), given.pop("has_home", True), given.pop("fit", None)
    return render(issue, outlet(images=way, **given), home=home, has_home=has_home, fit=fit)


def test_uploaded_pictures_come_along_once() -> None:
    """Where pictures are uploaded each goes along once, and nobody is waited for."""
    rendition = shown(issue(), ImageWay.UPLOADED)

    assert (2, (picture(),), ()) == (rendition.body.count(HERE), rendition.images, rendition.losses)
    assert not needs_home(rendition)


def test_linked_pictures_are_homes() -> None:
    """Where pictures are linked, those that home uploads are meant."""
    rendition = shown(issue(), ImageWay.LINKED)

    assert (2, (), ()) == (rendition.body.count(HERE), rendition.images, rendition.losses)
    assert needs_home(rendition)


@pytest.mark.parametrize("given", [{"home": True}, {"has_home": False}])
def test_local_picture_that_nobody_hosts_is_told(given: dict[str, bool]) -> None:
    """A picture of the folder that nobody uploads is told in words."""
    rendition = shown(issue(), ImageWay.LINKED, **given)

    assert "<p>Text [Image: in line] on.</p>\n<p><em>[Image: alone]</em></p>\n" == rendition.body
    assert (
        Loss(what="an image that nobody can give an address", instead="its description", line=10),
    ) == rendition.losses
    assert not needs_home(rendition)


def test_remote_pictures_stay_linked() -> None:
    """An address on the web is shown as it is; uploaded when its bytes are known."""
    remote = issue_of(draft(f"![x]({REMOTE})"), pictures={REMOTE: picture()})

    assert REMOTE in shown(remote, ImageWay.LINKED).body
    assert HERE in shown(remote, ImageWay.UPLOADED).body
    assert REMOTE in shown(issue_of(draft(f"![x]({REMOTE})")), ImageWay.UPLOADED).body


def test_without_pictures_words_stand() -> None:
    """Where there are no pictures, descriptions and captions stand, in the issue's language."""
    body = f'![a *dog*](a.png "Cap")\n\n[![b]({REMOTE})](https://l.example/)\n\n![](a.png)'
    german = replace(issue(body), language="de")
    rendition = shown(german, ImageWay.NONE)

    assert (
        '<p><em>[Bild: a dog] Cap</em></p>\n<p><a href="https://l.example/">[Bild: b]</a></p>\n<p><em>[Bild]</em></p>\n'
    ) == rendition.body
    assert ["an image", "an image"] == [loss.what for loss in rendition.losses]


def test_missing_picture_is_told() -> None:
    """A picture that was not found is told in words even where files are linked."""
    rendition = shown(issue_of(draft("![x](gone.png)")), ImageWay.UPLOADED)

    assert "[Image: x]" in rendition.body
    assert "an image that was not found" == rendition.losses[0].what


@pytest.mark.parametrize(
    "changes",
    [{"media_type": "image/svg+xml"}, {"width": 9000}, {"height": 9000}, {"data": b"x" * 101}],
)
def test_picture_beyond_the_limits_is_told(changes: dict[str, Any]) -> None:
    """A picture of another type or too large is told in words when nothing makes it fit."""
    rendition = shown(issue(a_png=picture(**changes)), ImageWay.UPLOADED, image_bytes=100)

    assert HERE not in rendition.body
    assert "its type or size is not taken there" in rendition.losses[0].what


def test_linked_picture_of_another_type_is_told() -> None:
    """A type that the platform does not show is told where pictures are linked."""
    rendition = shown(issue(a_png=picture(media_type="image/svg+xml")), ImageWay.LINKED)

    assert "an image of type image/svg+xml" == rendition.losses[0].what


def test_picture_is_made_to_fit() -> None:
    """What makes a picture fit keeps it under the digest of the original, and its loss is told."""

    def halve(original: Picture, limits: Capabilities) -> tuple[Picture | None, str | None]:
        assert limits.image_pixels == 100
        return replace(original, digest="f" * 64, width=100), "it is smaller" if original.digest[0] == "a" else None

    two = issue("![x](a.png)\n\n![y](b.png)", b_png=picture("b"))
    rendition = shown(two, ImageWay.UPLOADED, fit=halve, image_pixels=100)

    assert [("a" * 64, 100), ("b" * 64, 100)] == [(image.digest, image.width) for image in rendition.images]
    assert (Loss(what="the image a.png as it is", instead="it is smaller", line=10),) == rendition.losses


def test_picture_that_cannot_fit_is_told() -> None:
    """When nothing makes a picture fit, the reason stands in the loss."""
    rendition = shown(issue(), ImageWay.UPLOADED, fit=lambda _, __: (None, "SVG is not taken"))

    assert "the image a.png (SVG is not taken)" == rendition.losses[0].what


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Text ![x](a.png) on.", "<p>Text </p>\n<figure>…</figure>\n<p> on.</p>\n"),
        ("![x](a.png) ![y](a.png)", "<figure>…</figure>\n<figure>…</figure>\n"),
        ("a [![x](a.png)](https://l.example/)", '<p>a </p>\n<figure><a href="https://l.example/">…</a></figure>\n'),
        ("a *b ![x](a.png)*", "<p>a <em>b [Image: x]</em></p>\n"),
        ("# a ![x](a.png)", "<h1>a [Image: x]</h1>\n"),
        ("no image", "<p>no image</p>\n"),
    ],
)
def test_pictures_in_lines_stand_alone(body: str, expected: str) -> None:
    """Where a picture cannot stand in a line the paragraph is cut there; deeper ones are told in words."""
    rendition = shown(issue(body), ImageWay.UPLOADED, text=TextPowers(inline_images=False))
    shortened = rendition.body.replace(f'<img src="{HERE}" alt="x" width="640" height="480">', "…")

    assert expected == shortened.replace(f'<img src="{HERE}" alt="y" width="640" height="480">', "…")
    assert bool(rendition.losses) == ("image" not in body)


def test_cover_has_its_own_place() -> None:
    """A cover is uploaded and named where covers are."""
    covered = issue_of(draft("x", cover="c.png", cover_alt="A wheel"), pictures={"c.png": picture("c")})
    rendition = shown(covered, ImageWay.UPLOADED)

    assert (IMAGE_ADDRESS + "c" * 64, "A wheel", (picture("c"),)) == (
        rendition.cover,
        rendition.cover_alt,
        rendition.images,
    )
    assert needs_home(shown(covered, ImageWay.LINKED))


def test_cover_leads_the_text_elsewhere() -> None:
    """Without covers the picture stands first in the text, unless it is there anyway or cannot be had."""
    pictures = {"c.png": picture("c")}
    covered = issue_of(draft("x", cover="c.png", cover_alt="A wheel"), pictures=pictures)
    twice = issue_of(draft("![x](c.png)", cover="c.png"), pictures=pictures)
    remote = issue_of(draft("x", cover=REMOTE))

    rendition = shown(covered, ImageWay.UPLOADED, cover=False)
    assert rendition.body.startswith(
        f'<figure><img src="{IMAGE_ADDRESS}{"c" * 64}" alt="A wheel" width="640" height="480">'
    )
    assert (None, None) == (rendition.cover, rendition.cover_alt)
    assert 1 == shown(twice, ImageWay.UPLOADED, cover=False).body.count("<img")
    assert f'<img src="{REMOTE}" alt="">' in shown(remote, ImageWay.LINKED, cover=False).body
    assert ["an image", "the cover"] == [loss.what for loss in shown(covered, ImageWay.NONE, cover=False).losses]


def test_an_address_that_came_back_stays_an_address() -> None:
    """Whatever a service answers as the address of a picture cannot end its place in the text."""
    told = Rendition(publication="p", platform="p", format=Format.HTML, title="t", body=f'<img src="{IMAGE_ADDRESS}a">')

    placed = told.resolved({f"{IMAGE_ADDRESS}a": 'https://i.example/a?b=1&c=$d!,e"><script>x()</script>'})

    assert '<img src="https://i.example/a?b=1&c=$d!,e%22%3E%3Cscript%3Ex()%3C/script%3E">' == placed.body
