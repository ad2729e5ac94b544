"""The commands ``backup`` and ``restore``."""

from __future__ import annotations

from pathlib import Path

import click

from graph.keeping.archive import Manifest, back_up
from graph.keeping.archive import restore as restore_archive
from graph.workspace import Workspace

_force = click.option("--force", is_flag=True, help="Replace what is there.")


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_force
@click.pass_obj
def backup(workspace: Workspace, file: Path, force: bool) -> None:
    """Write the whole state to FILE (.tar.gz); a service may be running meanwhile."""
    if file.exists() and not force:
        raise click.UsageError("The file is there already; give another, or --force.")
    _tell("Backed up", back_up(workspace.settings.home, file))


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_force
@click.pass_obj
def restore(workspace: Workspace, file: Path, force: bool) -> None:
    """Put the state that FILE holds in the place of the present one; stop the service first.

    A file that is damaged changes nothing.
    """
    if workspace.store.newest() is not None and not force:
        raise click.UsageError("The home holds data already; use another home, or --force.")
    _tell("Restored", restore_archive(workspace.settings.home, file))


def _tell(done: str, manifest: Manifest) -> None:
    click.echo(f"{done} version {manifest.number} of the dataset, {len(manifest.files)} files.")
