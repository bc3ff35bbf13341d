"""The command line: parses and prints, decides nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import click

from newsletter_bot import __version__
from newsletter_bot.cli.output import Voice, tell_error
from newsletter_bot.cli.streams import say_no_more, take_any_letter
from newsletter_bot.errors import LedgerError, NewsletterError, UsageError

COMMANDS = {
    "init": "starting:init",
    "new": "writing:new",
    "note": "writing:note",
    "suggest": "suggesting:suggest",
    "check": "checking:check",
    "plan": "planning:plan",
    "publish": "planning:publish",
    "preview": "previewing:preview",
    "status": "state:status",
    "resolve": "state:resolve",
    "retract": "state:retract",
    "streak": "cadence:streak",
    "import": "history:import_",
    "daemon": "running:daemon",
    "sandbox": "playing:sandbox",
    "demo": "playing:demo",
    "platforms": "checking:platforms",
    "ledger": "care:ledger",
    "schema": "care:schema",
}
"""Every command and where it stands; a module is loaded when its command runs or is listed."""

FLAGS = {"--json": "--json", "-v": "-v", "--verbose": "-v", "-q": "-q", "--quiet": "-q", "-vv": "-vv"}


@dataclass(slots=True)
class Session:
    """What every command is given: the settings file, the voice, the environment."""

    config: Path = Path("schedule.yaml")
    voice: Voice = field(default_factory=Voice)
    log_json: bool = False

    @property
    def environ(self) -> dict[str, str]:
        """The environment as it is now."""
        return dict(os.environ)


class Commands(click.Group):
    """The root: commands are loaded late, and the flags of the root are taken before and after the command."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands in the order of a writer's week."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        found: click.Command = getattr(import_module(f"newsletter_bot.cli.{module}"), attribute)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant, or an error that names the nearest."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"{error.message}{hint}", ctx) from None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Hoist the root's flags to the front."""
        end = args.index("--") if "--" in args else len(args)
        hoisted = [FLAGS[word] for word in args[:end] if word in FLAGS]
        rest = [word for word in args[:end] if word not in FLAGS] + args[end:]
        return super().parse_args(ctx, hoisted + rest)


def _tell_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        voice = Voice(json=bool(ctx.params.get("as_json")))
        voice.document({"version": __version__})
        voice.say(f"newsletter-bot, version {__version__}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--config", type=click.Path(path_type=Path), default=Path("schedule.yaml"), show_default=True, help="The settings."
)
@click.option("--json", "as_json", is_flag=True, is_eager=True, help="Print one JSON document, for programs.")
@click.option("-v", "verbose", count=True, help="Say more; twice for details of every request.")
@click.option("-q", "quiet", is_flag=True, help="Say nothing but errors.")
@click.option("--log-json", is_flag=True, help="Logs as JSON lines on standard error.")
@click.option(
    "-V",
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_version,
    help="Show the version and exit.",
)
@click.pass_context
def root(ctx: click.Context, *, config: Path, as_json: bool, verbose: int, quiet: bool, log_json: bool) -> None:
    """Assembles the weekly issue from Markdown and carries it to its publications, never twice.

    A writer's week: NEW makes a draft, NOTE keeps a notice for the next issue, PLAN shows what would happen,
    PUBLISH does it, STATUS and STREAK tell where things stand. Start with: newsletter-bot demo
    """
    voice = ctx.ensure_object(Voice)
    voice.json, voice.verbose = as_json, -1 if quiet else verbose
    ctx.obj = Session(config=config, voice=voice, log_json=log_json)
    from newsletter_bot.cli.logs import set_up

    set_up(verbose=-1 if quiet else verbose, as_json=log_json)


def run(arguments: list[str]) -> int:
    """Run one command; the exit code of the contract. Errors are told in the form that was asked for."""
    flags = arguments[: arguments.index("--")] if "--" in arguments else arguments
    voice = Voice(json="--json" in flags)
    take_any_letter()
    if voice.json and {"-h", "--help"} & {*flags}:
        return _tell_help(voice, arguments)
    return _run(voice, arguments)


def _tell_help(voice: Voice, arguments: list[str]) -> int:
    """What is printed for people, as a document."""
    with redirect_stdout(StringIO()) as shown:
        code = _run(voice, arguments)
    if voice.answered:
        click.echo(shown.getvalue(), nl=False)
    else:
        voice.document({"help": shown.getvalue()})
    return code


def _run(voice: Voice, arguments: list[str]) -> int:
    try:
        return int(root.main(arguments, prog_name="newsletter-bot", standalone_mode=False, obj=voice) or 0)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.Abort as ended:
        return _tell_ended(voice, by_hand=isinstance(ended.__cause__, KeyboardInterrupt))
    except click.ClickException as error:
        return _tell_usage(voice, error)
    except NewsletterError as error:
        tell_error(voice, error)
        return 1 if isinstance(error, LedgerError) and error.key == "during" else 2
    except (BrokenPipeError, SystemExit):  # how click ends when nobody reads any more
        say_no_more()
        return 0
    except OSError as error:
        if error.filename is not None:
            raise
        click.echo(f"error: the answer could not be written: {error.strerror}", err=True)
        say_no_more()
        return 1


def _tell_ended(voice: Voice, *, by_hand: bool) -> int:
    """Ctrl-C ends with the code that shells know; a question that got no yes did nothing."""
    if by_hand:
        ended = UsageError("interrupted: what had begun stands in the ledger", fix="newsletter-bot status tells of it")
        if voice.json and voice.answered:
            click.echo(ended.message, err=True)
        else:
            tell_error(voice, ended)
        return 130
    tell_error(
        voice, UsageError("no answer was given, and nothing was done", fix="--help tells the options that answer")
    )
    return 2


def _tell_usage(voice: Voice, error: click.ClickException) -> int:
    if voice.json:
        missing = isinstance(error, click.exceptions.NoArgsIsHelpError)
        message = "Missing command." if missing else error.format_message()
        tell_error(voice, UsageError(message, fix="newsletter-bot --help"))
    else:
        error.show()
    return 2


pass_session: Callable[[Callable[..., Any]], Callable[..., Any]] = click.make_pass_decorator(Session)
