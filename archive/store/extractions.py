"""An extraction as JSON text and back: as readings and revisions keep it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from archive.model import Candidate, Extraction, Link

_NAMES = tuple(field.name for field in fields(Extraction))
_TEXTS = ("bylines", "paragraphs", "tags")


def data(extraction: Extraction) -> dict[str, object]:
    """Give an extraction as plain JSON values, candidates and links as lists of objects."""
    told: dict[str, object] = {name: getattr(extraction, name) for name in _NAMES}
    told["origins"] = dict(extraction.origins)
    told["stood"] = {name: list(marks) for name, marks in extraction.stood.items()}
    told["links"] = [{"url": each.url, "text": each.text, "paragraph": each.paragraph} for each in extraction.links]
    told["candidates"] = [
        {"field": each.field, "value": each.value, "origin": each.origin} for each in extraction.candidates
    ]
    return told


def extraction(stored: Mapping[str, Any]) -> Extraction:
    """Give the extraction that such values tell; one stored before a field was thought of has its default."""
    told = {name: stored[name] for name in _NAMES if name in stored}
    told.update({name: tuple(told.get(name, ())) for name in _TEXTS})
    told["stood"] = {name: tuple(marks) for name, marks in stored.get("stood", {}).items()}
    told["links"] = tuple(Link(**link) for link in stored.get("links", ()))
    told["candidates"] = tuple(Candidate(**each) for each in stored.get("candidates", ()))
    return Extraction(**told)
