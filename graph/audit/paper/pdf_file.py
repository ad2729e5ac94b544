"""The paper as tagged PDF, which people who cannot see can read (PDF/UA-1)."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from functools import lru_cache

import typst

from graph.audit.paper.fonts import chosen_families
from graph.audit.paper.outline import Block, Outline, Text
from graph.audit.paper.outlining import outline
from graph.audit.paper.speech import Speech
from graph.audit.paper.view import Paper
from graph.errors import FontError
from graph.resources import folder

_NO_LETTER = re.compile(r"could not be displayed")


def pdf_file(paper: Paper) -> bytes:
    """Return the paper as PDF/UA-1, created at the time the run was taken.

    The standard forbids letters without a glyph, so that none can be missing
    unseen.

    Raises:
        FontError: If no font is installed for some of the letters.
    """
    told = _told(paper)
    text = json.dumps(told, ensure_ascii=False)
    fonts = _fonts()
    families = chosen_families(text, paper.language.code, fonts.families())
    told |= {"sans": families.sans, "serif": families.serif}
    template = folder("graph", "audit", "paper").joinpath("paper.typ").read_bytes()
    try:
        return typst.compile(
            template,
            font_paths=fonts,
            format="pdf",
            sys_inputs={"paper": json.dumps(told, ensure_ascii=False)},
            pdf_standards="ua-1",
            timestamp=int(paper.run.taken.timestamp()),
        )
    except typst.TypstError as error:
        if _NO_LETTER.search(error.message):
            raise FontError(_sentence(error.message)) from error
        raise


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts()


def _told(paper: Paper) -> dict[str, object]:
    """Return the outline as plain values, with what only pages have."""
    whole: Outline = outline(paper)
    return {
        "language": whole.language.code,
        "direction": whole.language.direction,
        "start": "right" if whole.language.direction == "rtl" else "left",
        "title": whole.title,
        "subtitle": [asdict(span) for span in whole.subtitle],
        "running": whole.running,
        "page": Speech(paper.language).say("Page %(page)s of %(pages)s"),
        "chapters": [
            {"wide": chapter.wide, "blocks": list(map(_block, chapter.blocks))}
            for chapter in whole.chapters
        ],
    }


def _block(block: Block) -> dict[str, object]:
    plain = asdict(block)
    if isinstance(block, Text):
        plain["style"] = plain.pop("kind")
    return {"kind": type(block).__name__, **plain}


def _sentence(message: str) -> str:
    return (
        f"A letter has no font: {message}. On Debian or Ubuntu: apt-get install "
        "fonts-noto-core fonts-noto-cjk fonts-noto-extra"
    )
