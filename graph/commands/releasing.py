"""The command ``release``: the newest version as files that never change again.

Exit status: 0 released or there already, 1 the publication profile is not met, 2
the command could not run.
"""

from __future__ import annotations

from datetime import UTC, datetime

import click

from graph.audit.paper.writing import paper_bytes, paper_format
from graph.releases.making import Judged, Wanted, judge, make, same_today
from graph.releases.model import Release
from graph.releases.shelf import Shelf
from graph.workspace import Workspace

MAX_WORDS = 10_000
"""Characters of a title or note."""


def _words(context: click.Context, parameter: click.Parameter, text: str) -> str:
    """Return words for people as they were given, without space around them."""
    if len(text) > MAX_WORDS or any(not sign.isprintable() and sign != "\n" for sign in text):
        raise click.BadParameter(f"write plain text of up to {MAX_WORDS:,} characters.")
    return text.strip()


@click.command("release")
@click.option("--title", default="", callback=_words, help="What the release is called.")
@click.option("--note", default="", callback=_words, help="What is to be known of it.")
@click.option("--dry-run", is_flag=True, help="Judge the data, and write nothing.")
@click.option("--list", "listing", is_flag=True, help="List the releases, newest first.")
@click.pass_obj
def release(workspace: Workspace, title: str, note: str, dry_run: bool, listing: bool) -> None:
    """Release the newest version: dumps, checksums, conformance report and what changed.

    The profile “publication” must be met. The same data make one release a day.
    """
    shelf = workspace.releases
    if listing:
        if title or note or dry_run:
            raise click.UsageError("--list lists what is there; leave the others out.")
        _list(shelf)
        return
    reader = workspace.store.reader()
    wanted = Wanted(datetime.now(UTC), title, note)
    there = same_today(shelf, reader.version, wanted.now)
    if there:
        _tell_there(there)
        return
    judged = judge(workspace, reader, wanted.now)
    if not judged.passes:
        _refuse(judged)
    if dry_run:
        name = shelf.next_name(wanted.now.date())
        click.echo(f"Version {reader.version.number} can be released as {name}.")
        return
    made, is_new = make(workspace, reader, judged, wanted)
    if not is_new:
        _tell_there(made)
        return
    workspace.runs.keep(judged.run, judged.shapes)
    click.echo(
        f"Released {made.name}: version {made.number}, {made.statements:,} statements, "
        f"{len(made.files)} files."
    )


def _refuse(judged: Judged) -> None:
    click.echo(paper_bytes(judged.paper, paper_format("txt")), nl=False)
    click.echo("Nothing was released: the publication profile is not met.", err=True)
    raise click.exceptions.Exit(1)


def _tell_there(found: Release) -> None:
    click.echo(f"The release {found.name} holds these data already; nothing was written.")


def _list(shelf: Shelf) -> None:
    names = shelf.names()
    if not names:
        click.echo("There is no release yet; “mandategraph release” makes one.", err=True)
    for found in shelf.all():
        size = sum(file.size for file in found.files) / 1_000_000
        counted = f"{found.statements:,} statements  {size:,.1f} MB"
        title = found.title.replace("\n", " ")
        click.echo(f"{found.name}  version {found.number}  {counted}  {title}")
