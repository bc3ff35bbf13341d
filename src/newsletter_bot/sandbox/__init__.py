"""A local stand-in for Substack- and Medium-style services, with faults on demand.

It knows nothing of the product: clients that we did not write work against it as well.
"""

from __future__ import annotations

from newsletter_bot.sandbox.app import create_app
from newsletter_bot.sandbox.faults import Fault, Kind, parse_fault
from newsletter_bot.sandbox.server import Server, serve
from newsletter_bot.sandbox.state import Author, Magazine, Newsletter, Sandbox
from newsletter_bot.sandbox.switches import Switches

__all__ = [
    "Author",
    "Fault",
    "Kind",
    "Magazine",
    "Newsletter",
    "Sandbox",
    "Server",
    "Switches",
    "create_app",
    "parse_fault",
    "serve",
]
