"""Clients that we did not write take the sandbox for the services they were made for."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from newsletter_bot.sandbox import Sandbox, Server, serve

pytestmark = pytest.mark.peers

CLIENTS = Path(__file__).resolve().parents[2] / ".peers" / "sandbox-clients"
PYTHON_CLIENTS = ("python-substack==0.10.0", "medium==0.3.0")
NODE_CLIENTS = ("medium-sdk@0.0.4", "substack-api@2.2.1")
INSTALL_SECONDS, RUN_SECONDS = 600, 120

SUBSTACK = """
import json, sys, datetime
from substack import Api
from substack.post import Post
from substack.exceptions import SubstackAPIException
ROOT, PICTURE = sys.argv[1:3]

class LocalApi(Api):
    @staticmethod
    def get_publication_url(publication): return ROOT
    def signin_for_pub(self, publication): return {}

api = LocalApi(cookies_string="substack.sid=s%3Asandbox", base_url=ROOT + "/api/v1")
image = api.get_image(PICTURE)
post = Post(title="By a foreign client", subtitle="Sub", user_id=api.get_user_id())
post.add({"type": "paragraph", "content": "Some words with a "})
post.heading("A heading", level=2)
post.add({"type": "captionedImage", "src": image["url"]})
sections = api.get_sections()
post.set_section("Essays", sections)
draft = api.post_draft(post.get_draft())
number = draft["id"]
api.put_draft(number, draft_title="By a foreign client, again", draft_section_id=sections[0]["id"])
api.add_tags_to_post(number, ["tools", "weekly"])
api.add_tags_to_post(number, ["tools"])
checked = api.prepublish_draft(number)
scheduled = api.schedule_draft(number, datetime.datetime(2090, 1, 1, tzinfo=datetime.timezone.utc))
waiting = api.get_draft(number)
unscheduled = api.unschedule_draft(number)
published = api.publish_draft(number, send=False, share_automatically=False)
second = api.create_draft_from_markdown(
    title="From Markdown", markdown="# H\\n\\nText[^1]\\n\\n[^1]: Note", tags=["tools"], slug="from-markdown", prepublish=True)
exported = api.export_draft_to_markdown(second["draft"]["id"])
thrown = api.post_draft({"draft_title": "Thrown away", "draft_bylines": []})
deleted = api.delete_draft(thrown["id"])
try:
    api.get_draft(thrown["id"])
    gone = None
except SubstackAPIException as error:
    gone = [error.status_code, error.message]
try:
    api.post_draft({"draft_title": "x", "draft_bylines": [{"id": 9, "is_guest": False}]})
    foreign = None
except SubstackAPIException as error:
    foreign = [error.status_code, error.message]
try:
    LocalApi(cookies_string="substack.sid=s%3Awrong", base_url=ROOT + "/api/v1")
    stranger = None
except SubstackAPIException as error:
    stranger = [error.status_code, error.message]
try:
    LocalApi(email="a@sandbox.example", password="x", base_url=ROOT + "/api/v1")
    captcha = None
except SubstackAPIException as error:
    captcha = [error.status_code, error.message]
listed = api.get_published_posts(offset=0, limit=25, order_by="post_date", order_direction="desc")
print(json.dumps({
    "image": image, "number": number, "sections": sections, "checked": checked, "scheduled": scheduled,
    "waiting": waiting["postSchedules"], "unscheduled": unscheduled, "published": published, "second": second,
    "exported": exported if isinstance(exported, str) else json.dumps(exported), "deleted": deleted, "gone": gone,
    "foreign": foreign, "stranger": stranger, "captcha": captcha, "drafts": [d["draft_title"] for d in api.get_drafts()],
    "listed": [p["title"] for p in listed["posts"]], "users": api.get_publication_users(),
    "tags": [t["name"] for t in api.get_publication_post_tags()], "categories": api.get_categories(),
}))
"""

SUBSTACK_CLI = """
import sys
from substack import Api
ROOT = sys.argv[1]
Api.get_publication_url = staticmethod(lambda publication: ROOT)
Api.signin_for_pub = lambda self, publication: {}
begin = Api.__init__
def begin_here(self, *args, **kwargs):
    kwargs.setdefault("base_url", ROOT + "/api/v1")
    if kwargs["base_url"] is None: kwargs["base_url"] = ROOT + "/api/v1"
    begin(self, *args, **kwargs)
Api.__init__ = begin_here
from substack.cli import main
sys.exit(main(sys.argv[2:]))
"""

MEDIUM = """
import json, sys, medium
ROOT, PICTURE = sys.argv[1:3]
medium.BASE_PATH = ROOT
client = medium.Client(access_token="sandbox-token")
user = client.get_current_user()
post = client.create_post(
    user_id=user["id"], title="Carried over", content="<h1>Carried over</h1><p>Words</p>", content_format="html",
    tags=["a", "b", "c", "d"], canonical_url="https://signals.example/1", publish_status="draft", license="cc-40-by")
image = client.upload_image(PICTURE, "image/png")
errors = []
for ask in (
    lambda: medium.Client(access_token="nope").get_current_user(),
    lambda: client.create_post(user_id=user["id"], title="T", content="", content_format="html"),
    lambda: client.create_post(user_id="other", title="T", content="x", content_format="html"),
):
    try:
        ask()
    except medium.MediumError as error:
        errors.append([error.code, error.msg])
refreshed = medium.Client("id", "secret")
refreshed.exchange_refresh_token("refresh")
print(json.dumps({"user": user, "post": post, "image": image, "errors": errors, "again": refreshed.get_current_user()}))
"""

MEDIUM_SDK = """
const http = require('http'), https = require('https'), PORT = Number(process.argv[1])
https.request = (o, cb) => http.request(
  { ...o, host: '127.0.0.1', hostname: '127.0.0.1', port: PORT, protocol: 'http:', agent: undefined }, cb)
const medium = require('medium-sdk')
const client = new medium.MediumClient({ clientId: 'x', clientSecret: 'y' }).setAccessToken('sandbox-token')
const ask = (name, ...args) => new Promise(done => client[name](...args, (err, data) => done(err ? { code: err.code, message: err.message } : data)))
;(async () => {
  const user = await ask('getUser')
  const publications = await ask('getPublicationsForUser', { userId: user.id })
  const contributors = await ask('getContributorsForPublication', { publicationId: publications[0].id })
  const common = { title: 'In chunks', contentFormat: medium.PostContentFormat.HTML, content: '<h1>In chunks</h1><p>' + 'word '.repeat(20000) + '</p>', publishStatus: 'draft' }
  const post = await ask('createPost', { ...common, userId: user.id, tags: ['a'] })
  const inside = await ask('createPostInPublication', { ...common, publicationId: publications[0].id, publishStatus: 'public' })
  const forbidden = await ask('createPostInPublication', { ...common, publicationId: publications[2].id })
  const tokens = await ask('exchangeRefreshToken', 'refresh')
  const again = await ask('getUser')
  client.setAccessToken('nope')
  const wrong = await ask('getUser')
  console.log(JSON.stringify({ user, publications, contributors, post, inside, forbidden, again, wrong, kind: tokens.token_type }))
})()
"""

SUBSTACK_API = """
(async () => {
  const { SubstackClient } = await import('substack-api')
  const url = process.argv[1]
  const client = new SubstackClient({ token: 's:sandbox', publicationUrl: url, substackUrl: url, urlPrefix: 'api/v1' })
  const connected = await client.testConnectivity()
  const me = await client.ownProfile()
  const note = await me.newNote().paragraph().text('From a foreign client').publish()
  console.log(JSON.stringify({ connected, handle: me.handle, name: me.name, note: note.id }))
})()
"""


def _run(
    command: Sequence[str | Path], *, folder: Path, seconds: int = RUN_SECONDS, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env={**os.environ, **(env or {})},
        timeout=seconds,
        capture_output=True,
        text=True,
        check=False,
    )


def _install(name: str, versions: Sequence[str], commands: Sequence[Sequence[str | Path]]) -> Path:
    folder = CLIENTS / name
    ready = folder / "ready"
    if ready.is_file() and ready.read_text(encoding="utf-8") == " ".join(versions):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for command in commands:
        done = _run(command, folder=folder, seconds=INSTALL_SECONDS)
        if done.returncode:
            pytest.skip(f"{command[0]} cannot install {', '.join(versions)}: {done.stderr.strip()[-200:]}")
    ready.write_text(" ".join(versions), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def python() -> Path:
    venv = CLIENTS / "python" / "venv"
    pip: list[str | Path] = [
        venv / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        *PYTHON_CLIENTS,
    ]
    _install("python", PYTHON_CLIENTS, [[sys.executable, "-m", "venv", venv], pip])
    return venv / "bin" / "python"


@pytest.fixture(scope="module")
def node() -> Path:
    if not (shutil.which("npm") and shutil.which("node")):
        pytest.skip("npm and node are not installed")
    return _install(
        "node", NODE_CLIENTS, [["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *NODE_CLIENTS]]
    )


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(state=Sandbox(substack_sections=["Essays", "Links"])) as running:
        yield running


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    from PIL import Image

    Image.new("RGB", (32, 20), (200, 90, 40)).save(tmp_path / "picture.png")
    return tmp_path / "picture.png"


def _said(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


@pytest.fixture
def substack(server: Server, python: Path, picture: Path) -> dict[str, Any]:
    return _said(_run([python, "-c", SUBSTACK, server.url, picture], folder=picture.parent))


def test_python_substack_carries_a_post_to_its_readers(server: Server, substack: dict[str, Any]) -> None:
    """python-substack uploads, drafts, tags, checks, schedules, takes back, publishes and lists."""
    said = substack
    kept = server.state.post(said["number"])

    assert kept is not None
    assert (said["image"]["imageWidth"], said["image"]["imageHeight"]) == (32, 20)
    assert [section["name"] for section in said["sections"]] == ["Essays", "Links"]
    assert said["checked"]["errors"] == []
    assert "2090-01-01T00:00:00.000Z" == said["waiting"][0]["trigger_at"] == said["scheduled"]["trigger_at"]
    assert [said["scheduled"]["id"]] == said["unscheduled"]
    assert (said["published"]["is_published"], said["published"]["slug"]) == (True, "by-a-foreign-client-again")
    assert said["listed"] == ["By a foreign client, again"]
    assert said["tags"] == ["tools", "weekly"]
    assert (len(kept["tags"]), kept["mails"], kept["wire"]["section_id"]) == (2, 0, 1)


def test_python_substack_reads_back_what_it_wrote(server: Server, substack: dict[str, Any]) -> None:
    """A draft from Markdown with footnote, slug and tag comes back as Markdown; a deleted one is gone."""
    assert substack["drafts"] == ["From Markdown"]
    assert substack["second"]["draft"]["slug"] == "from-markdown"
    assert "Note" in substack["exported"]
    assert substack["deleted"] == {}
    assert sorted(server.state.titles("substack")) == ["By a foreign client, again", "From Markdown"]


def test_python_substack_understands_every_refusal(substack: dict[str, Any]) -> None:
    """Its error class carries our status and message for 404, a foreign byline, a wrong session and the captcha."""
    assert substack["gone"] == [404, "Post not found"]
    assert substack["foreign"] == [400, "Invalid value"]
    assert substack["stranger"] == [401, "Please sign in"]
    assert substack["captcha"] == [401, "Please complete the captcha to continue"]


def test_python_substack_command_line(server: Server, python: Path, tmp_path: Path) -> None:
    """Its command line says who one is, creates and lists drafts, and publishes with a yes."""
    (tmp_path / "post.md").write_text("# Hello\n\nWords.\n", encoding="utf-8")
    env = {"COOKIES_STRING": "substack.sid=s%3Asandbox", "PUBLICATION_URL": server.url}

    def cli(*words: str) -> subprocess.CompletedProcess[str]:
        return _run([python, "-c", SUBSTACK_CLI, server.url, "--json", *words], folder=tmp_path, env=env)

    status = cli("status")
    made = cli("drafts", "create", "--title", "By command", "post.md")
    listed = cli("drafts", "list")

    assert (status.returncode, made.returncode, listed.returncode) == (0, 0, 0), (
        status.stderr + made.stderr + listed.stderr
    )
    assert server.state.titles("substack") == ["By command"]
    assert "By command" in listed.stdout


def test_medium_package_posts_and_uploads(server: Server, python: Path, picture: Path) -> None:
    """The medium package gets the user, posts, uploads, refreshes its token and reads every error code."""
    said = _said(_run([python, "-c", MEDIUM, server.url, picture], folder=picture.parent))

    assert (said["user"]["username"], said["again"]["username"]) == ("ada", "ada")
    assert tuple(said["post"][name] for name in ("tags", "publishStatus", "license")) == (
        ["a", "b", "c"],
        "draft",
        "cc-40-by",
    )
    assert said["post"]["canonicalUrl"] == "https://signals.example/1"
    assert said["image"]["url"].endswith(".png")
    assert [code for code, _ in said["errors"]] == [6003, 2002, 6004]
    assert server.state.titles("medium") == ["Carried over"]


def test_medium_sdk_posts_in_chunks(server: Server, node: Path) -> None:
    """The Node client's chunked bodies arrive whole; roles and errors are understood."""
    said = _said(_run(["node", "-e", MEDIUM_SDK, "--", str(server.port)], folder=node))

    assert (said["user"]["username"], said["again"]["username"], said["kind"]) == ("ada", "ada", "Bearer")
    assert (said["post"]["publishStatus"], said["inside"]["publishStatus"]) == ("draft", "public")
    assert said["inside"]["publicationId"] == said["publications"][0]["id"]
    assert said["wrong"]["code"] == 6003
    assert "permission" in said["forbidden"]["message"]
    assert server.state.titles("medium") == ["In chunks"] * 2


def test_substack_api_of_npm_publishes_a_note(server: Server, node: Path) -> None:
    """The Node reader's client connects, finds its own profile and publishes a note."""
    said = _said(_run(["node", "-e", SUBSTACK_API, "--", server.url], folder=node))

    assert (said["connected"], said["handle"]) == (True, "ada")
    assert [note["body"] for note in server.state.substack_notes] == ["From a foreign client"]
