"""The command line: one thin command per verb. Each command imports what it needs when it is called."""

from __future__ import annotations

import sys

import click

from analysis import __version__
from analysis.store.errors import DiscourseError


class Commands(click.Group):
    """A group whose commands turn refused input into one message and exit status 2, without a traceback."""

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
