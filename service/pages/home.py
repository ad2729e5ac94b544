"""The home page."""

from __future__ import annotations

from flask import Blueprint, render_template

from service.languages import language
from service.pages.contents import read_contents
from service.pages.questions import question_groups
from service.serving import library, reader

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> str:
    """Show what the dataset holds, and the doors into it."""
    return render_template(
        "home.html",
        contents=read_contents(reader(), language()),
        groups=question_groups(library(), language()),
    )
