"""Page: templates filled in. Every name is escaped: what came from a folder or a table is text, never markup."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from detector import __version__
from detector.report.words import percent

TEMPLATES = Path(__file__).parent / "templates"


def filled(template: str, **values: Any) -> str:
    """The HTML of a template, the same for the same values."""
    return _environment().get_template(template).render(version=__version__, **values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["percent"] = percent
    environment.filters["count"] = lambda number: f"{number:,}"
    return environment
