"""Writing a paper in the format that is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, cast

from graph.audit.paper.view import Paper
from graph.errors import UnknownFormatError

_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class PaperFormat:
    """A format: the end of its files, its media type, what people call it.

    ``writer`` is the name of the function, and of the module, that writes it.
    """

    suffix: str
    media_type: str
    title: str
    writer: str


FORMATS = (
    PaperFormat("html", "text/html", "HTML", "html_file"),
    PaperFormat("pdf", "application/pdf", "PDF", "pdf_file"),
    PaperFormat("docx", f"{_OFFICE}.wordprocessingml.document", "Word", "docx_file"),
    PaperFormat("xlsx", f"{_OFFICE}.spreadsheetml.sheet", "Excel", "xlsx_file"),
    PaperFormat("csv", "text/csv", "CSV", "csv_file"),
    PaperFormat("json", "application/json", "JSON", "json_file"),
    PaperFormat("ttl", "text/turtle", "Turtle", "turtle_file"),
    PaperFormat("xml", "application/xml", "JUnit", "junit_file"),
    PaperFormat("txt", "text/plain", "text", "text_file"),
)
"""The formats there are."""


def paper_format(name: str) -> PaperFormat:
    """Return the format that a suffix, a file name or a title names, in any case.

    Raises:
        UnknownFormatError: If there is none; it names those that there are.

    Example:
        >>> paper_format("board.PDF").media_type
        'application/pdf'
    """
    asked = name.rpartition(".")[2].casefold()
    for known in FORMATS:
        if asked in {known.suffix, known.title.casefold()}:
            return known
    listed = ", ".join(known.suffix for known in FORMATS)
    raise UnknownFormatError(f"There is no format “{name}”. There are: {listed}.")


def paper_bytes(paper: Paper, chosen: PaperFormat) -> bytes:
    """Return a paper in a format; the same paper always gives the same bytes.

    Raises:
        FontError: If pages are asked for and no font is installed for some letters.
    """
    # Typesetter and office formats are big: they are loaded when they are needed.
    module = import_module(f"graph.audit.paper.{chosen.writer}")
    write = cast(Callable[[Paper], bytes], getattr(module, chosen.writer))
    return write(paper)


def write_paper(paper: Paper, target: Path | BinaryIO, name: str = "") -> None:
    """Write a paper into a file.

    Nothing is written before the whole paper is done.

    Args:
        paper: The paper.
        target: A path, whose end says the format, or an open binary file.
        name: The format by suffix or title; needed for an open file.

    Raises:
        UnknownFormatError: If there is no such format; it names those that there are.
        FontError: If pages are asked for and no font is installed for some letters.
        OSError: If the file cannot be written.
    """
    chosen = paper_format(name or (target.name if isinstance(target, Path) else ""))
    content = paper_bytes(paper, chosen)
    if isinstance(target, Path):
        target.write_bytes(content)
    else:
        target.write(content)
