"""The command ``dump``: the statements of the store as a file."""

from __future__ import annotations

from typing import IO

import click
from pyoxigraph import NamedNode

from graph.errors import UnknownGraphError
from graph.store.interface import GraphFormat
from graph.workspace import Workspace

WHOLE: tuple[GraphFormat, ...] = ("nquads", "trig", "jsonld")
"""The formats that tell graphs apart."""


@click.command("dump")
@click.option(
    "--format",
    "form",
    type=click.Choice(["nquads", "turtle", "trig", "jsonld"]),
    default="nquads",
    show_default=True,
    help="Turtle holds one graph only.",
)
@click.option("--graph", help="The IRI of the only graph; “” is the default graph.")
@click.option(
    "--output", type=click.File("wb", lazy=False, atomic=True), default="-", help="Where to write."
)
@click.pass_obj
def dump(workspace: Workspace, form: GraphFormat, graph: str | None, output: IO[bytes]) -> None:
    """Write out all graphs of the newest version, or one."""
    if graph is None and form not in WHOLE:
        raise click.UsageError("Turtle holds one graph; say with --graph which.")
    if graph:
        try:
            NamedNode(graph)
        except ValueError as error:
            raise click.BadParameter(f"‘{graph}’ is no IRI.", param_hint="--graph") from error
    reader = workspace.store.reader()
    if graph and graph not in reader.version.graphs:
        raise UnknownGraphError(f"There is no graph ‘{graph}’.")
    reader.dump(output, form, graph)
