"""The command line: one thin command per verb, each loaded only when it is called."""

from __future__ import annotations

import contextlib
import errno
import importlib
import io
import os
import signal
import sys
from pathlib import Path

import click

from analysis import __version__
from analysis.errors import DiscourseError, not_allowed

COMMANDS = {
    "annotate": "analysis.cli.texts:annotate",
    "build": "analysis.cli.texts:build",
    "check": "analysis.cli.texts:check",
    "code": "analysis.cli.code:code",
    "claims": "analysis.cli.figures:claims",
    "codebook": "analysis.cli.texts:codebook",
    "kwic": "analysis.cli.kwic:kwic",
    "init": "analysis.cli.texts:init",
    "cite": "analysis.cli.figures:cite",
    "new": "analysis.cli.new:new",
    "collect": "analysis.cli.collect:collect",
    "figures": "analysis.cli.figures:figures",
    "lab": "analysis.cli.lab:lab",
    "store": "analysis.cli.store:store",
    "site": "analysis.cli.release:site",
    "verify": "analysis.cli.figures:verify",
    "release": "analysis.cli.release:release",
    "run": "analysis.cli.run:run",
}


# What is wrong with the machine and not with the program -> the next step.
_SPACE = "Make room and repeat the command: what is finished is kept, and no file is left half-written."
_PLACE = "A file is expected where a folder is, or the other way round; move it out of the way and repeat the command."
_RIGHTS = "Give yourself the right to it (on Linux and macOS: chmod -R u+rwX FOLDER), or choose another folder."
REMEDIES = {
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EFBIG: _SPACE,
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: _RIGHTS,
    errno.EISDIR: _PLACE,
    errno.ENOTDIR: _PLACE,
    errno.ELOOP: "Symbolic links lead in a circle; take them away.",
    errno.ENAMETOOLONG: "Give it a shorter name, or move the project to a folder with a shorter path.",
    errno.EIO: "The disk or network drive does not answer as it should; copy the files to another one.",
    errno.EBUSY: "Another program uses it; end that one and repeat the command.",
    errno.ENOTEMPTY: "Another program writes into the same folder; end that one and repeat the command.",
    errno.ENOMEM: "Not enough memory; end other programs, or repeat with --jobs 1.",
    errno.EMFILE: "Too many files are open; repeat with --jobs 1.",
    errno.EEXIST: _PLACE,
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
        for stream in (sys.stdout, sys.stderr):  # a name that the terminal cannot show must not end the command
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        try:
            Path.cwd()
        except FileNotFoundError:
            click.echo("discourse: the folder you are in is gone; change to another and repeat the command.", err=True)
            sys.exit(2)
        try:
            return super().invoke(ctx)
        except DiscourseError as error:
            click.echo(f"discourse: {error}", err=True)
        except OSError as error:
            if error.errno not in REMEDIES:
                raise
            where = f"{error.filename}: " if error.filename else ""
            click.echo(f"discourse: {where}{error.strerror}. {REMEDIES[error.errno]}", err=True)
        except RuntimeError as error:
            if "Symlink loop" not in str(error):  # as Python up to 3.12 says it
                raise
            click.echo(f"discourse: {error}. {REMEDIES[errno.ELOOP]}", err=True)
        except KeyboardInterrupt:
            with contextlib.suppress(ValueError):  # not in the main thread
                # Whoever asks again gets the end at once, and no traceback out of the clearing up.
                signal.signal(signal.SIGINT, lambda *_: os._exit(130))
            raise
        except (EOFError, ValueError) as error:
            if "marshal data" not in str(error):
                raise
            click.echo(
                f"discourse: {damaged_bytecode(error)}: what Python compiled is cut off (the disk was full when it was "
                "written?). Delete that file and repeat the command.",
                err=True,
            )
        except MemoryError:
            click.echo(f"discourse: {REMEDIES[errno.ENOMEM]}", err=True)
        sys.exit(2)

    def resolve_command(self, ctx: click.Context, args: list[str]):
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail("No such command. " + not_allowed("command", args[0], sorted(COMMANDS)))
        return super().resolve_command(ctx, args)


def damaged_bytecode(error: BaseException) -> str:
    """The compiled file whose reading raised this error, as the import system names it; else where they lie."""
    trace, name = error.__traceback__, f"a folder __pycache__ in {Path(__file__).parents[1]}"
    while trace is not None:
        name = str(trace.tb_frame.f_locals.get("bytecode_path") or name)
        trace = trace.tb_next
    return name


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="discourse")
def main() -> None:
    """Comparative discourse analysis: from texts to a public store of counts, from the store to figures."""


if __name__ == "__main__":
    main()
