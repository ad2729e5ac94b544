"""The paper as HTML: a file that stands by itself and prints, or a part of somebody's page."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound

from graph.audit.paper.outlining import outline
from graph.audit.paper.view import Paper
from graph.resources import folder


def html_file(paper: Paper) -> bytes:
    """Return a whole HTML file in UTF-8, which loads nothing from anywhere."""
    template = _templates().get_template("file.html.jinja")
    return template.render(outline=outline(paper)).encode()


def paper_body(paper: Paper) -> str:
    """Return the paper as one ``article`` element, for a page that has ``paper_style``.

    Everything in it is escaped: a template shows it as it is.
    """
    template = _templates().get_template("paper.html.jinja")
    return template.render(outline=outline(paper))


def paper_style() -> str:
    """Return the style sheet of a paper; every rule of it is below the class ``paper``."""
    return _text("paper.css")


def _text(name: str) -> str:
    return folder("graph", "audit", "paper").joinpath(name).read_text("utf-8")


class _Loader(BaseLoader):
    """Finds templates wherever the package is installed."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, None, None]:
        """Return the text of a template beside this module."""
        try:
            return _text(template), None, None
        except FileNotFoundError as error:
            raise TemplateNotFound(template) from error


@lru_cache(maxsize=1)
def _templates() -> Environment:
    environment = Environment(
        loader=_Loader(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = lambda block: type(block).__name__
    return environment
