"""The command that opens JupyterLab on the project, with its start page."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from analysis.errors import DiscourseError

# Settings of JupyterLab that stand behind those of the user: it asks no website for news or newer versions.
SETTINGS = {"@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"}}
START = "notebooks/index.ipynb"


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def lab(options: tuple[str, ...]) -> None:
    """Open JupyterLab on the whole project, at its start page.

    OPTIONS are JupyterLab's own, such as --no-browser or --port 9999.
    """
    from analysis.run.project import find_project

    project = find_project()
    if not _is_installed():
        raise DiscourseError(
            "JupyterLab is not installed in this environment; `pip install jupyterlab`, or `make run`."
        )
    if is_root():
        click.echo(
            "You are the user root, as in a container: code in notebooks may change everything on this machine. JupyterLab "
            "is opened all the same, for this machine only; outside a container, be an ordinary user.",
            err=True,
        )
    settings = write_settings(project.root / ".cache" / "jupyter")
    os.chdir(project.root)
    line = command(project.root, options, root_user=is_root())
    os.execve(sys.executable, line, environment(os.environ, settings))  # noqa: S606  our own interpreter, no shell


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _is_installed() -> bool:
    from importlib.util import find_spec

    return find_spec("jupyterlab") is not None


def command(root: Path, options: Sequence[str] = (), *, root_user: bool = False) -> list[str]:
    """The command line that opens JupyterLab: all of the project is seen, the start page is shown where there is one."""
    made = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}"]
    if (root / START).is_file():
        made.append(f"--LabApp.default_url=/lab/tree/{START}")
    return [*made, *(["--allow-root"] if root_user else []), *options]


def write_settings(folder: Path) -> Path:
    """Write `SETTINGS` where Jupyter finds them once `folder` is on its path; returns `folder`."""
    from analysis.store.atomic import write_json

    (folder / "labconfig").mkdir(parents=True, exist_ok=True)
    write_json(folder / "labconfig" / "default_setting_overrides.json", SETTINGS)
    return folder


def environment(given: Mapping[str, str], settings: Path) -> dict[str, str]:
    """`given`, with the kernels of this interpreter first, and the folder `settings` on the path of Jupyter's settings."""
    path = os.pathsep.join(filter(None, [given.get("JUPYTER_CONFIG_PATH", ""), str(settings)]))
    return {**given, "JUPYTER_PREFER_ENV_PATH": "1", "JUPYTER_CONFIG_PATH": path}
