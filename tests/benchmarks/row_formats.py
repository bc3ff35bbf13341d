"""Row 6: posts of 20 kB from Markdown to the languages of the platforms."""

from __future__ import annotations

import subprocess
from pathlib import Path

from measuring import Line, cpu_of, in_turn
from places import CLEAN, Missing, folder, peer
from stage import long_post

from newsletter_bot import markup
from newsletter_bot.model import Format

SAMPLE = 25
EVERY = 1000
PEER = """
import sys, time
text = open("post.md", encoding="utf-8").read()
{imports}
def work():
    {work}
work()
found = []
for _ in range(5):
    began = time.process_time()
    for _ in range({times}):
        work()
    found.append((time.process_time() - began) / {times})
print(sorted(found)[2])
"""


def measure() -> list[Line]:
    """A sample is measured and told for 1,000 posts."""
    import pyromark

    text = long_post()
    options = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_FOOTNOTES
    work = {
        "substack": cpu_of(lambda: [_to(text, Format.SUBSTACK) for _ in range(SAMPLE)]),
        "all": cpu_of(lambda: [_to(text, *Format) for _ in range(SAMPLE)]),
        "pyromark": cpu_of(lambda: [pyromark.html(text, options=options) for _ in range(SAMPLE)]),
    }
    for job in work.values():
        job()
    found = {name: value / SAMPLE * EVERY for name, value in in_turn(work).items()}
    one, every = "1,000 posts of 20 kB -> Substack document, CPU", f"1,000 posts of 20 kB -> {len(Format)} formats, CPU"
    return [
        Line(
            row="6",
            work=one,
            unit="s",
            ours=found["substack"],
            against="pyromark HTML",
            theirs=found["pyromark"],
            limit=True,
        ),
        _beside(one, found["substack"], "python-substack", _python_substack(text)),
        Line(
            row="6",
            work=every,
            unit="s",
            ours=found["all"],
            against="pyromark HTML",
            theirs=found["pyromark"],
            limit=True,
        ),
        _beside(every, found["all"], "Pelican, HTML only", _pelican(text)),
    ]


def _to(text: str, *formats: Format) -> int:
    document, length = markup.read(text), 0
    for format in formats:  # noqa: A001
        length += len(markup.write(document, format, title="Tide"))
    return length


def _beside(work: str, ours: float, name: str, theirs: float | str) -> Line:
    if isinstance(theirs, str):
        return Line(row="6", work=work, unit="s", ours=ours, against=name, skipped=theirs)
    return Line(row="6", work=work, unit="s", ours=ours, against=name, theirs=theirs * EVERY, threshold=0.25)


def _python_substack(text: str) -> float | str:
    imports = "from substack.post import Post"
    return _peer(
        "python-substack", text, PEER.format(imports=imports, work="Post('t', 's', 1).from_markdown(text)", times=5)
    )


def _pelican(text: str) -> float | str:
    imports = "from pelican.readers import MarkdownReader\nfrom pelican.settings import DEFAULT_CONFIG\n"
    imports += "open('post.md', 'w', encoding='utf-8').write('Title: Tide\\n\\n' + text)"
    work = "MarkdownReader(dict(DEFAULT_CONFIG)).read('post.md')"
    return _peer("pelican", text, PEER.format(imports=imports, work=work, times=3))


def _peer(name: str, text: str, script: str) -> float | str:
    """CPU seconds of the peer for one post, or why there are none."""
    try:
        python = peer(name) / "python"
    except Missing as missing:
        return str(missing)
    with folder() as place:
        Path(place / "post.md").write_text(text, encoding="utf-8")
        done = subprocess.run([python, "-c", script], cwd=place, env=CLEAN, capture_output=True, text=True, check=False)
    if done.returncode:
        return f"{name} failed: {done.stderr.strip().splitlines()[-1]}"
    return float(done.stdout.strip().splitlines()[-1])
