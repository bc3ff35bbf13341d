"""daemon."""

from __future__ import annotations

import click

from newsletter_bot.cli import Session, pass_session
from newsletter_bot.cli.logs import set_up


@click.command(short_help="Watch drafts, publish at slots, verify, remind.")
@pass_session
def daemon(session: Session) -> None:
    """Watch drafts/, publish at slots, look up lost answers, verify, remind. Ends with SIGTERM or Ctrl-C; SIGHUP reloads.

    Serves /healthz and /metrics at daemon.status. One daemon runs per newsletter.
    """
    from newsletter_bot.daemon import run

    set_up(verbose=max(session.voice.verbose, 1) if session.voice.verbose >= 0 else -1, as_json=session.log_json)
    click.get_current_context().exit(run(session.config, session.environ))
