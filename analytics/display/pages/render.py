"""The templates: values go in, the text of a page or of one part comes out.

It knows where the templates are and what every one of them may use: the style sheet and how
numbers and Chinese are written. It knows no class of a part or a page, and a name that a template
uses and nobody gave is an error.
"""

from __future__ import annotations

import functools
import math
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analytics.display import words
from analytics.display.pages.markup import chinese

TEMPLATES = Path(__file__).parent / "templates"


@functools.lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(text=chinese, short_hash=words.short_hash, number=words.number)
    environment.globals.update(
        percent=words.percent,
        isnan=math.isnan,
        stylesheet=Markup((TEMPLATES / "style.css").read_text(encoding="utf-8")),
    )
    return environment


def macro(name: str) -> Any:
    """Find the macro that draws the part of this name."""
    return getattr(_environment().get_template("parts.html.j2").module, name)


def render(template: str, **values: object) -> str:
    """Fill a template."""
    return _environment().get_template(template).render(values)
