"""The commands that ask: ``ask``, ``questions`` and ``query``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from typing import IO, Any

import click
from pyoxigraph import Literal

from graph.errors import QuestionError
from graph.library.answer import ask as ask_question
from graph.library.formats import answer_csv, answer_json, answer_text
from graph.library.question import Library, Question, read_library
from graph.search.answering import finder
from graph.store.interface import ResultFormat
from graph.vocabulary import LANGUAGES
from graph.workspace import Workspace

language_option = click.option(
    "--lang", default="en", type=click.Choice(LANGUAGES), help="Language of names."
)


def default_format() -> str:
    """Return what is printed when nothing is said: a table to people, CSV to programs."""
    return "table" if sys.stdout.isatty() else "csv"


class AskCommand(click.Group):
    """``ask``: one sub-command a question, its parameters as options."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the ids of all questions."""
        return list(_library(ctx).questions)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Return the command of one question.

        Raises:
            UnknownQuestionError: If there is none.
        """
        return _command(_library(ctx).find(cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first argument names, and the arguments left."""
        return args[0], self.get_command(ctx, args[0]), args[1:]


@click.command(cls=AskCommand, name="ask", subcommand_metavar="QUESTION [OPTIONS]")
def ask() -> None:
    """Ask a question of the library; “mandategraph questions” lists them."""


@click.command("questions")
@language_option
def list_questions(lang: str) -> None:
    """List the questions of the library with their parameters."""
    for question in read_library().questions.values():
        options = " ".join(f"[--{parameter.option} …]" for parameter in question.parameters)
        click.echo(f"{question.id} {options}".rstrip())
        click.echo(f"    {question.title.get(lang, question.title['en'])}")


@click.command("query")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "xml", "csv", "tsv"]),
    help="Format of solutions; a graph comes as Turtle.",
)
@click.pass_obj
def query(workspace: Workspace, file: IO[str], form: ResultFormat | None) -> None:
    """Run the SPARQL query in FILE (“-” reads standard input)."""
    try:
        text = file.read()
    except UnicodeDecodeError as error:
        raise click.ClickException("The query is not UTF-8 text.") from error
    answer = workspace.store.reader().serialize(text, form or "csv", "turtle")
    click.echo(answer.body, nl=not answer.body.endswith(b"\n"))


def _library(ctx: click.Context) -> Library:
    """Return the library, read once for one command."""
    library = ctx.meta.setdefault("mandategraph.library", read_library())
    assert isinstance(library, Library)  # noqa: S101 - narrows a type
    return library


def _command(question: Question) -> click.Command:
    options: list[click.Parameter] = [
        click.Option(
            [f"--{parameter.option}", parameter.name], help=parameter.label.get("en"), default=""
        )
        for parameter in question.parameters
    ]
    form = click.Choice(["table", "csv", "json"])
    options.append(click.Option(["--format", "form"], type=form, default=default_format))
    options.append(click.Option(["--lang"], type=click.Choice(LANGUAGES), default="en"))
    return click.Command(
        question.id,
        params=options,
        callback=click.pass_context(_answer),
        help=f"{question.title['en']}\n\n{question.explanation['en']}",
    )


def _answer(ctx: click.Context, form: str, lang: str, **given: Any) -> None:
    workspace = ctx.find_object(Workspace)
    if workspace is None or ctx.info_name is None:
        raise QuestionError("The question was asked outside the command line.")
    store = workspace.store.reader()

    def find(text: str, language: str, tongue: str) -> Sequence[tuple[str, Literal]]:
        with closing(workspace.searches.open(store)) as index:
            return finder(index)(text, language, tongue)

    answer = ask_question(_library(ctx), ctx.info_name, given, store, lang, find)
    match form:
        case "json":
            text = answer_json(answer)
        case "csv":
            text = answer_csv(answer.table)
        case _:
            text = answer_text(answer)
    click.echo(text.encode(), nl=False)
