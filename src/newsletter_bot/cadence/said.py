"""Moments and spans of time in words, the same for every language of the machine."""

from __future__ import annotations

from datetime import datetime, timedelta

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def said(moment: datetime) -> str:
    """A moment on its own clock: ``Wed 25 Nov 2026 09:00``."""
    day = f"{WEEKDAYS[moment.weekday()]} {moment.day} {MONTHS[moment.month - 1]} {moment.year}"
    return f"{day} {moment:%H:%M:%S}" if moment.second else f"{day} {moment:%H:%M}"


def said_after(moment: datetime, before: datetime) -> str:
    """A moment, by its time of day alone when it is on the same day as the one just named."""
    return f"{moment:%H:%M}" if moment.date() == before.date() else said(moment)


def lasting(span: timedelta) -> str:
    """A span of time in the two largest units that matter: ``2 d 4 h``, ``18 h``, ``5 min``."""
    minutes = int(abs(span).total_seconds()) // 60
    parts = [(minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "min")]
    words = [f"{number} {unit}" for number, unit in parts if number]
    return " ".join(words[:2]) or "0 min"
