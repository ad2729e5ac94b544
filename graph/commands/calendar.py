"""The command ``calendar``: deadlines, reporting points and events as iCalendar."""

from __future__ import annotations

from typing import IO

import click

from graph.calendar.choosing import terms_of
from graph.calendar.feed import write_calendar
from graph.calendar.reading import read_calendar
from graph.commands.asking import language_option
from graph.library.question import read_library
from graph.workspace import Workspace


@click.command("calendar")
@click.option("--act", default="", help="Only what serves an act or is due under it.")
@click.option("--agency", default="", help="Only what an agency does, promised or is asked for.")
@click.option("--country", default="", help="Only what takes place in a country or is for it.")
@click.option("--body", default="", help="Only meetings of a governing body, and what it asks.")
@language_option
@click.option("--output", type=click.File("wb", atomic=True), default="-", help="Where to write.")
@click.pass_obj
def calendar(
    workspace: Workspace,
    act: str,
    agency: str,
    country: str,
    body: str,
    lang: str,
    output: IO[bytes],
) -> None:
    """Write deadlines, reporting points and events as iCalendar (.ics).

    A thing is named by its key, IRI or name. What has no date at all is not in
    the calendar; its description names it.
    """
    given = {"act": act, "agency": agency, "country": country, "body": body}
    store = workspace.store.reader()
    found = read_calendar(store, terms_of(read_library(), given, store, lang))
    output.write(write_calendar(found, lang, address=str))
