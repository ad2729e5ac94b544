"""The commands for tokens: ``token create``, ``token list`` and ``token revoke``."""

from __future__ import annotations

import click

from graph.tokens import SCOPES, Scope
from graph.workspace import Workspace


@click.group("token")
def token() -> None:
    """Make, list and revoke the tokens that allow to write through the service."""


@token.command("create")
@click.option("--scope", required=True, type=click.Choice(SCOPES), help="What it allows.")
@click.option("--name", default="", help="What writes made with it are logged under.")
@click.option("--days", default=0, type=click.IntRange(0), help="After how many it ends.")
@click.pass_obj
def create(workspace: Workspace, scope: Scope, name: str, days: int) -> None:
    """Make a token and print it; it cannot be shown again."""
    secret, made = workspace.tokens.create(scope, name, days)
    click.echo(secret)
    ends = f"until {made.expires}" if made.expires else "until it is revoked"
    click.echo(f"Token {made.id} ({made.name}) is good for {made.scope} {ends}.", err=True)


@token.command("list")
@click.pass_obj
def list_tokens(workspace: Workspace) -> None:
    """List the tokens: id, scope, when made, when it ends, name."""
    for item in workspace.tokens.listed():
        ends = item.expires or "never ends"
        if item.is_over():
            ends += " (is over)"
        click.echo(f"{item.id}  {item.scope:<11}  {item.created}  {ends}  {item.name}")


@token.command("revoke")
@click.argument("identifier", metavar="ID-OR-NAME")
@click.pass_obj
def revoke(workspace: Workspace, identifier: str) -> None:
    """End a token at once."""
    gone = workspace.tokens.revoke(identifier)
    click.echo(f"Token {gone.id} ({gone.name}) is revoked.")
