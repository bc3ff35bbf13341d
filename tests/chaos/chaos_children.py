"""Loads the program once and forks a real process for each command: killable, with its own locks and files, in milliseconds.

Run as a program: it reads orders from standard input, one JSON object a line, and answers each with one line.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

PATIENCE = 0.002
LAZY = (
    "httpx",
    "httpcore",
    "h11",
    "anyio",
    "feedparser",
    "encodings.idna",
    "stringprep",
    "zoneinfo",
    "PIL.Image",
    "PIL.ImageOps",
    "PIL.PngImagePlugin",
    "multiprocessing",
    "concurrent.futures.thread",
    "difflib",
    "sqlite3",
    "click",
    "yaml",
    "frontmatter",
    "pyromark",
    "jinja2",
)
NOT_OURS = ("newsletter_bot.sandbox", "newsletter_bot.daemon", "newsletter_bot.web", "newsletter_bot.__main__")


def load() -> None:
    """Import all that a command could need, so that a child begins at once."""
    import newsletter_bot

    for found in pkgutil.walk_packages(newsletter_bot.__path__, "newsletter_bot."):
        if not found.name.startswith(NOT_OURS):
            importlib.import_module(found.name)
    for name in LAZY:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def hurry(seconds: float) -> None:
    """Requests of our children give up sooner, so that an answer that is too late does not cost a quarter of a minute."""
    from newsletter_bot.platforms import _http

    _http.READ_SECONDS = _http.TOTAL_SECONDS = seconds


def run(order: dict[str, Any]) -> int:
    """The command itself, in the child."""
    from newsletter_bot import failpoints
    from newsletter_bot.__main__ import main

    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environ"])
    failpoints.arm(order["points"])
    hurry(order["patience"])
    if order["variant"]:
        import chaos_variants

        chaos_variants.take(order["variant"])
    sys.argv = ["newsletter-bot", *order["arguments"]]
    return main(order["arguments"])


def child(order: dict[str, Any]) -> None:
    """Never returns: another process than its parent from here on."""
    code = 99
    try:
        for number, name in ((0, os.devnull), (1, order["out"]), (2, order["err"])):
            descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(descriptor, number)
            os.close(descriptor)
        code = run(order)
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 98
    except BaseException:  # noqa: BLE001 - the driver reads the traceback and fails the case
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)


def spawn(order: dict[str, Any]) -> dict[str, Any]:
    """Begin a command; says its process number."""
    number = os.fork()
    if number == 0:
        child(order)
    return {"pid": number}


def wait(order: dict[str, Any]) -> dict[str, Any]:
    """Until a child ends, stops or takes too long."""
    patience = time.monotonic() + order["seconds"]
    while time.monotonic() < patience:
        number, status = os.waitpid(order["pid"], os.WNOHANG | os.WUNTRACED)
        if number == 0:
            time.sleep(PATIENCE)
        elif os.WIFSTOPPED(status):
            return {"how": "stopped"}
        elif os.WIFSIGNALED(status):
            return {"how": "killed", "signal": os.WTERMSIG(status)}
        else:
            return {"how": "ended", "code": os.WEXITSTATUS(status)}
    return {"how": "late"}


def push(order: dict[str, Any]) -> dict[str, Any]:
    """Send a signal to a child."""
    os.kill(order["pid"], order["signal"])
    return {"how": signal.Signals(order["signal"]).name}


ORDERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"spawn": spawn, "wait": wait, "push": push}


def serve() -> None:
    """Answer orders until there are no more."""
    load()
    print(json.dumps({"ready": os.getpid()}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(ORDERS[order["do"]](order)), flush=True)


if __name__ == "__main__":
    serve()
