# ruff: noqa: RUF001 - these marks are what the module is about
"""Quotation marks as each language writes them."""

from __future__ import annotations

from typing import NamedTuple


class Marks(NamedTuple):
    """Opening and closing double marks, then single ones; the apostrophe is the same everywhere."""

    double_open: str
    double_close: str
    single_open: str
    single_close: str


APOSTROPHE = "’"
ENGLISH = Marks("“", "”", "‘", "’")
_LOW_HIGH = Marks("„", "“", "‚", "‘")
_LOW_RIGHT = Marks("„", "”", "‚", "’")
_ANGLE = Marks("«", "»", "“", "”")
_SLAVIC = Marks("«", "»", "„", "“")
_SWISS = Marks("«", "»", "‹", "›")
_RIGHT = Marks("”", "”", "’", "’")
_CORNER = Marks("「", "」", "『", "』")
_FRENCH = Marks("«\u202f", "\u202f»", "“", "”")

_BY_LANGUAGE = {
    "bg": _LOW_HIGH,
    "be": _SLAVIC,
    "bs": _LOW_RIGHT,
    "ca": _ANGLE,
    "cs": _LOW_HIGH,
    "de": _LOW_HIGH,
    "de-ch": _SWISS,
    "de-li": _SWISS,
    "el": _ANGLE,
    "es": _ANGLE,
    "es-419": ENGLISH,
    "es-ar": ENGLISH,
    "es-mx": ENGLISH,
    "es-us": ENGLISH,
    "et": _LOW_HIGH,
    "eu": _ANGLE,
    "fa": _SWISS,
    "fi": _RIGHT,
    "fr": _FRENCH,
    "fr-ch": Marks("«\u202f", "\u202f»", "‹\u202f", "\u202f›"),
    "gl": _ANGLE,
    "hr": _LOW_RIGHT,
    "hu": Marks("„", "”", "»", "«"),
    "hy": _ANGLE,
    "is": _LOW_HIGH,
    "it": _ANGLE,
    "it-ch": _SWISS,
    "ja": _CORNER,
    "lt": _LOW_HIGH,
    "lv": Marks("„", "”", "‘", "’"),
    "mk": Marks("„", "“", "’", "‘"),
    "nb": Marks("«", "»", "‘", "’"),
    "nn": Marks("«", "»", "‘", "’"),
    "no": Marks("«", "»", "‘", "’"),
    "pl": _LOW_RIGHT,
    "pt": ENGLISH,
    "pt-pt": _ANGLE,
    "ro": Marks("„", "”", "«", "»"),
    "ru": _SLAVIC,
    "sk": _LOW_HIGH,
    "sl": _LOW_HIGH,
    "sq": Marks("„", "“", "‘", "’"),
    "sr": Marks("„", "“", "’", "’"),
    "sv": _RIGHT,
    "uk": _SLAVIC,
    "zh-hant": _CORNER,
    "zh-hk": _CORNER,
    "zh-tw": _CORNER,
}


def marks_of(language: str) -> Marks:
    """The marks of a language tag such as ``de`` or ``fr-CH``; English ones where a language is not known."""
    tag = language.lower().replace("_", "-")
    while tag:
        if marks := _BY_LANGUAGE.get(tag):
            return marks
        tag = tag.rpartition("-")[0]
    return ENGLISH
