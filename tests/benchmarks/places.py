"""Where the benchmark keeps what it measures: our installed wheel and the peers, each in an environment of its own."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / ".bench"
OURS = BENCH / "ours"
PYTHON = OURS / "bin" / "python"
PROGRAM = OURS / "bin" / "newsletter-bot"
HERE = Path(__file__).parent

PEERS: dict[str, Sequence[str]] = {
    "rss2email": ("rss2email",),
    "crier": ("crier",),
    "python-substack": ("python-substack",),
    "pelican": ("pelican", "markdown"),
    "watchfiles": ("watchfiles",),
    "sqlalchemy": ("sqlalchemy",),
}
"""Peers in Python, by the name of their environment, with what is installed there."""
CROSSPOST = "@humanwhocodes/crosspost"
QUIET = ("-m", "pip", "--quiet", "--disable-pip-version-check", "install")
CLEAN = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "TZ": "UTC"}
"""The environment of what is measured: nothing of the caller's."""


class Missing(Exception):
    """A peer that cannot be had, with the reason."""


def prepare(peers: Sequence[str]) -> None:
    """Install our wheel when the sources changed since, and the peers that are not there yet."""
    BENCH.mkdir(exist_ok=True)
    key = _key()
    known = BENCH / "ours.key"
    if not known.is_file() or known.read_text() != key:
        _install_ours()
        known.write_text(key)
    for name in peers:
        if not (BENCH / f"{name}.json").is_file():
            reason = _try_install(name)
            (BENCH / f"{name}.json").write_text(json.dumps(reason))


def peer(name: str) -> Path:
    """The folder of a peer's programs. Raises Missing."""
    noted = BENCH / f"{name}.json"
    reason = json.loads(noted.read_text()) if noted.is_file() else "it was not installed"
    if reason:
        raise Missing(f"{name}: {reason}")
    return BENCH / "peers" / name / ("node_modules/.bin" if name == "crosspost" else "bin")


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for one measurement."""
    with TemporaryDirectory(prefix="newsletter-bot-bench-") as name:
        yield Path(name)


def _key() -> str:
    digest = hashlib.sha256(sys.version.encode())
    files = [*sorted((ROOT / "src").rglob("*")), *sorted((ROOT / "drafts").rglob("*"))]
    for path in (*files, ROOT / "pyproject.toml", ROOT / "requirements.lock"):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def _install_ours() -> None:
    print("building and installing the wheel", file=sys.stderr)
    shutil.rmtree(BENCH / "dist", ignore_errors=True)
    _run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "-o", str(BENCH / "dist"), str(ROOT))
    if not PYTHON.exists():
        venv.create(OURS, with_pip=True)
        _run(str(PYTHON), *QUIET, "--upgrade", "pip")  # older ones write a starter that imports re
    _run(str(PYTHON), *QUIET, "--require-hashes", "-r", str(ROOT / "requirements.lock"))
    (wheel,) = (BENCH / "dist").glob("*.whl")
    _run(str(PYTHON), *QUIET, "--no-deps", "--force-reinstall", str(wheel))
    _run(str(PYTHON), "-m", "compileall", "-q", str(OURS / "lib"), codes=(0, 1))


def _try_install(name: str) -> str | None:
    """Why a peer cannot be had, or None."""
    print(f"installing {name}", file=sys.stderr)
    place = BENCH / "peers" / name
    shutil.rmtree(place, ignore_errors=True)
    try:
        if name == "crosspost":
            if shutil.which("npm") is None:
                return "npm is not installed"
            place.mkdir(parents=True)
            _run("npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(place), CROSSPOST)
        else:
            venv.create(place, with_pip=True)
            _run(str(place / "bin" / "python"), *QUIET, *PEERS[name])
    except RuntimeError as error:
        return str(error)
    return None


def _run(*words: str, codes: tuple[int, ...] = (0,)) -> None:
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    if done.returncode not in codes:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise RuntimeError(lines[-1] if lines else f"{words[0]} ended with {done.returncode}")
