"""Row 2: one post to two publications that answer after 200 ms, from the start of the process to its end."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from measuring import Command, Line, in_turn
from places import CLEAN, HERE, PROGRAM, PYTHON, Missing, folder, peer
from stage import ANSWER_SECONDS, patient_server, postboxes, settings, write_drafts

ROUNDS = 7
PUBLISH = (PROGRAM, "publish", "drafts/000/00000-tide.md")
CRIER = """
import sys
from crier.platforms.devto import DevTo
from crier.platforms.mastodon import Mastodon
DevTo.base_url = {address!r}
make = Mastodon.__init__
def local(self, *a, **k):
    make(self, *a, **k)
    self.instance = self.base_url = {address!r}
Mastodon.__init__ = local
from crier.cli import cli
sys.argv = ["crier", "publish", {draft!r}, "--to", "devto", "--to", "mastodon", "--yes", "--rewrite", "One honest paragraph."]
cli()
"""
OURS = """
import sys
from newsletter_bot import platforms
platforms._OURS["postbox"] = "postbox:Postbox"
from newsletter_bot.__main__ import main
sys.argv = ["newsletter-bot", "publish", "drafts/000/00000-tide.md"]
sys.exit(main())
"""
REDIRECT = """
const there = globalThis.fetch;
globalThis.fetch = (url, options) => there({address!r} + new URL(url).pathname, options);
"""


def measure() -> list[Line]:
    """Two services that take one request each (as the peers' do), then the stand-ins of Substack and Medium."""
    return [*_one_request_each(), _substack_and_medium()]


def _one_request_each() -> list[Line]:
    work = "publish to 2 publications of one request each, 200 ms, wall"
    with folder() as place, patient_server() as address:
        environ = CLEAN | {"PYTHONPATH": str(HERE)}
        text = postboxes({"pier": address, "mole": address})
        jobs: dict[str, Callable[[], float]] = {
            "ours": lambda: _publish(place, text, environ, words=(PYTHON, "-c", OURS)),
            "bare Python": Command(words=(PYTHON, "-I", "-c", "pass"), folder=place, environ=CLEAN).wall,
        }
        reasons: dict[str, str] = {}
        for name, make in (("crier", _crier), ("crosspost", _crosspost)):
            try:
                jobs[name] = make(place, address)
            except Missing as missing:
                reasons[name] = str(missing)
        found = in_turn(jobs, ROUNDS)
    limit = ANSWER_SECONDS + found["bare Python"]
    lines = [
        Line(row="2", work=work, unit="s", ours=found["ours"], against="1 step + bare Python", theirs=limit, limit=True)
    ]
    for name, threshold in (("crier", 0.75), ("crosspost", 0.7)):
        lines.append(
            Line(
                row="2",
                work=work,
                unit="s",
                ours=found["ours"],
                against=name,
                theirs=found.get(name),
                threshold=threshold,
                skipped=reasons.get(name),
            )
        )
    return lines


def _publish(place: Path, text: str, environ: dict[str, str], words: Sequence[str | Path] = PUBLISH) -> float:
    """A fresh newsletter each time: nothing goes out twice."""
    fresh = Path(mkdtemp(dir=place))
    write_drafts(fresh, 1, status="ready")
    (fresh / "schedule.yaml").write_text(text)
    return Command(words=words, folder=fresh, environ=environ).wall()


def _crier(place: Path, address: str) -> Callable[[], float]:
    program = peer("crier") / "python"

    def run() -> float:
        fresh = Path(mkdtemp(dir=place))
        (fresh / "post.md").write_text(
            "---\ntitle: Tide\ncanonical_url: https://tides.example/1\n---\n\nOne honest paragraph.\n"
        )
        environ = CLEAN | {"HOME": str(fresh), "CRIER_CONFIG": str(fresh / "c.yaml"), "CRIER_DB": str(fresh / "c.db")}
        environ |= {"CRIER_DEVTO_API_KEY": "k", "CRIER_MASTODON_API_KEY": "127.0.0.1:k"}
        script = CRIER.format(address=address, draft="post.md")
        return Command(words=(program, "-c", script), folder=fresh, environ=environ).wall()

    run()
    return run


def _crosspost(place: Path, address: str) -> Callable[[], float]:
    program = peer("crosspost") / "crosspost"
    (place / "redirect.mjs").write_text(REDIRECT.format(address=address))
    environ = CLEAN | {"NODE_OPTIONS": f"--import={place / 'redirect.mjs'}"}
    environ |= {"MASTODON_ACCESS_TOKEN": "k", "MASTODON_HOST": "pier.example", "DEVTO_API_KEY": "k"}
    words = (program, "--mastodon", "--devto", "One honest paragraph.")
    command = Command(words=words, folder=place, environ=environ)
    command.run()
    return command.wall


def _substack_and_medium() -> Line:
    """The stand-ins with their own answers, each after 200 ms; the limit counts the requests that wait for one another."""
    work = "publish to Substack (home) and Medium, 200 ms, wall"
    with folder() as place:
        bare = Command(words=(PYTHON, "-I", "-c", "pass"), folder=place, environ=CLEAN)
        with _stand_ins() as (text, secrets):
            steps = _steps(place, text, CLEAN | secrets)
        found = in_turn({"ours": lambda: _publish_to_fresh(place), "bare": bare.wall}, 5)
    limit = steps * ANSWER_SECONDS + found["bare"]
    against = f"{steps} steps + bare Python"
    return Line(row="2", work=work, unit="s", ours=found["ours"], against=against, theirs=limit, limit=True)


def _publish_to_fresh(place: Path) -> float:
    with _stand_ins() as (text, secrets):
        return _publish(place, text, CLEAN | secrets)


@contextmanager
def _stand_ins() -> Iterator[tuple[str, dict[str, str]]]:
    """Settings and secrets for services that hold nothing yet and answer after a while."""
    words = [str(PROGRAM), "--json", "sandbox", "--port", "0", "--fault", f"*=delay_before:*,seconds={ANSWER_SECONDS}"]
    process = subprocess.Popen(words, env=CLEAN, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        told = json.loads(_document(process.stdout.readline))
        yield settings(told["url"]), {"SUBSTACK_SID": told["session"], "MEDIUM_TOKEN": told["token"]}
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def _document(readline: Callable[[], str]) -> str:
    text = ""
    while True:
        text += readline()
        try:
            json.loads(text)
        except ValueError:
            continue
        return text


def _steps(place: Path, text: str, environ: dict[str, str]) -> int:
    """How many requests a publish makes; here none of them can go beside another."""
    fresh = Path(mkdtemp(dir=place))
    write_drafts(fresh, 1, status="ready")
    (fresh / "schedule.yaml").write_text(text)
    words = [str(PROGRAM), "-vv", "publish", "drafts/000/00000-tide.md"]
    done = subprocess.run(words, cwd=fresh, env=environ, capture_output=True, text=True, check=True)
    return done.stderr.count("request answered")
