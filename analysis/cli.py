"""The command line: one thin command per verb, each loaded only when it is called."""

from __future__ import annotations

import importlib
import sys

import click

from analysis import __version__
from analysis.store.errors import DiscourseError

COMMANDS = {
    "annotate": "analysis.run.commands_texts:annotate",
    "build": "analysis.run.commands_texts:build",
    "check": "analysis.run.commands_texts:check",
    "codebook": "analysis.run.commands_texts:codebook",
    "kwic": "analysis.run.commands_texts:kwic",
    "init": "analysis.run.commands_texts:init",
    "cite": "analysis.run.commands_figures:cite",
    "figures": "analysis.run.commands_figures:figures",
    "store": "analysis.run.commands_store:store",
    "site": "analysis.run.commands_release:site",
    "verify": "analysis.run.commands_figures:verify",
    "release": "analysis.run.commands_release:release",
    "run": "analysis.run.commands_run:run",
}


class Commands(click.Group):
    """A group that loads the command it is asked for, and turns refused input into one message and exit status 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        return getattr(importlib.import_module(module), attribute)

    def invoke(self, ctx: click.Context):
        try:
            return super().invoke(ctx)
        except DiscourseError as error:
            click.echo(f"discourse: {error}", err=True)
            sys.exit(2)


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="discourse")
def main() -> None:
    """Comparative discourse analysis of Cambodia's foreign policy."""


if __name__ == "__main__":
    main()
