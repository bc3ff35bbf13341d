"""The docs keep to the code: links lead somewhere, the example works, every dependency has its reason."""

from __future__ import annotations

import re
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from newsletter_bot.errors import Unconfirmed
from newsletter_bot.model import Format, Rendition
from newsletter_bot.platforms import powers
from newsletter_bot.ports import Trace

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("contrib/*.md"), ROOT / "CONTRIBUTING.md"])
NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)
TEXT = Rendition(publication="board", platform="noticeboard", format=Format.COMMONMARK, title="Tides", body="High.")


class Note:
    """A checkpoint that remembers."""

    def __init__(self) -> None:
        self.remote_id: str | None = None

    def __call__(self, remote_id: str) -> None:
        self.remote_id = remote_id


class Board:
    """The made-up service of the example; ``losing`` stores and gives no answer."""

    def __init__(self) -> None:
        self.posts: dict[str, dict[str, str]] = {}
        self.losing = False

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if request.method == "PUT":
            self.posts.setdefault(path, {"url": f"https://board.example{path}"})
        if self.losing:
            raise httpx.ReadTimeout("", request=request)
        post = self.posts.get(path)
        return httpx.Response(200, json=post) if post else httpx.Response(404, json={})


@pytest.fixture
def example() -> ModuleType:
    text = (ROOT / "docs/adding-a-platform.md").read_text(encoding="utf-8")
    source = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert source
    module = ModuleType("docs_example")
    sys.modules["docs_example"] = module
    exec(compile(source[1], "adding-a-platform.md", "exec"), module.__dict__)
    return module


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of the docs names a file or folder that is there."""
    prose = re.sub(r"(?ms)^```.*?^```|`[^`\n]*`", "", page.read_text(encoding="utf-8"))
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", prose)
    local = [target for target in targets if "://" not in target]

    assert [] == [target for target in local if not (page.parent / target).exists()]


def test_every_decision_is_listed() -> None:
    """The index of decisions names each of them."""
    index = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")

    assert [] == [page.name for page in ROOT.glob("docs/decisions/0*.md") if page.name not in index]


def test_every_dependency_has_its_reason() -> None:
    """Each dependency, extra and tool of development has a line of reason and licence."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    wanted = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["dev"],
        *(one for all_ in extras for one in all_),
    ]
    names = {re.split(r"[^\w.-]", each)[0].lower() for each in wanted}
    lines = (ROOT / "docs/decisions/0002-dependencies.md").read_text(encoding="utf-8").lower()
    given = {name.split(" ")[0] for row in re.findall(r"(?m)^\| ([^|]+) \|", lines) for name in row.split(", ")}

    assert set() == names - given


def test_the_example_of_an_adapter_works(example: ModuleType) -> None:
    """The adapter of the docs delivers, and meets its own post again when the answer was lost."""
    board, note = Board(), Note()
    adapter = example.Noticeboard(
        url="https://board.example", token="t0p-made-up", transport=httpx.MockTransport(board.answer)
    )
    board.losing = True
    with pytest.raises(Unconfirmed):
        adapter.deliver(TEXT, note)
    board.losing = False

    found = adapter.find(TEXT, Trace(sending_at=NOW, remote_id=note.remote_id))

    assert found == adapter.deliver(TEXT, note)
    assert 1 == len(board.posts)
    assert adapter.find(TEXT, Trace(sending_at=NOW)) is None
    assert adapter.find(TEXT, Trace(sending_at=NOW, remote_id="unknown")) is None
    assert {"finder"} == powers(example.Noticeboard)
    assert "t0p-made-up" not in repr(adapter)
