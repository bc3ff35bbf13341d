"""Files of events: YAML, JSON and CSV, written by hand or exported by others."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from newsletter_bot.errors import DraftError
from newsletter_bot.model import Finding, Listing, Origin
from newsletter_bot.sources.files import decode_text, inside, read_bytes, shown_path
from newsletter_bot.sources.listings import read_listings
from newsletter_bot.sources.yaml_values import Placed, load_yaml

LENGTH = 1_500_000
"""Longest list of events, in bytes."""
EVENTS = "_events.yaml"


def read_listing_file(folder: Path, path: Path) -> tuple[list[Listing], list[Finding]]:
    """The listings of a YAML, JSON or CSV file inside the newsletter's folder; raises DraftError when none can be read."""
    path = folder / path
    file = shown_path(folder, path)
    if (path.exists() or path.is_symlink()) and inside(folder, path) is None:
        fix = "put the file itself into drafts/"
        raise DraftError("the file lies outside the newsletter's folder", file=file, fix=fix)
    return parse_listings(read_bytes(path, file=file, limit=LENGTH), file=file)


def parse_listings(content: bytes, *, file: str, media_type: str = "") -> tuple[list[Listing], list[Finding]]:
    """The listings in the bytes of a file or an answer; ``file`` (or ``media_type``) tells the kind, YAML if neither does."""
    text = decode_text(content, file=file)
    value = _value(text, file, media_type)
    listings, findings = read_listings(value, Origin(file=file, line=1, key="events"))
    return listings, _placed(text, file, findings) if findings and _is_json(file, media_type) else findings


def _placed(text: str, file: str, findings: list[Finding]) -> list[Finding]:
    """What is wrong with a JSON file with the lines: JSON is YAML too, whose reader knows them."""
    try:
        _, placed = read_listings(load_yaml(text, file=file), Origin(file=file, line=1, key="events"))
    except DraftError:
        return findings
    return placed if len(placed) == len(findings) else findings


def _is_json(file: str, media_type: str) -> bool:
    return file.lower().endswith((".json", ".jsonld")) or media_type.endswith("json")


def _value(text: str, file: str, media_type: str) -> Any:
    name = file.lower()
    if name.endswith(".csv") or media_type == "text/csv":
        return _rows(text, file)
    if _is_json(file, media_type):
        return _json(text, file)
    return load_yaml(text, file=file)


def _json(text: str, file: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        fix = "check commas, quotes and brackets around this line"
        raise DraftError(f"this is no valid JSON: {error.msg}", file=file, line=error.lineno, fix=fix) from error
    except (RecursionError, ValueError) as error:
        raise DraftError("the JSON is nested too deeply", file=file, line=1, fix="write a flat list") from error


def _rows(text: str, file: str) -> list[Placed]:
    head = text.lstrip("\n").partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    rows: list[Placed] = []
    try:
        for row in reader:
            texts = {key: value for key, value in row.items() if key and isinstance(value, str) and value.strip()}
            placed = Placed(reader.line_num - sum(value.count("\n") for value in texts.values()))
            placed.update(texts)
            if placed:
                rows.append(placed)
    except csv.Error as error:
        fix = "check the quotes around this line"
        raise DraftError(f"this is no valid CSV: {error}", file=file, line=reader.line_num, fix=fix) from error
    return rows
