from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from barriers import barriers
from click.testing import CliRunner

from analysis.cli import lab
from analysis.cli.main import main
from analysis.store import open_store

PATIENCE = 300_000  # milliseconds; a busy machine is no defect

# The status bar, not the sign beside the kernel's name, which is idle before there is a kernel to run cells.
KERNEL_IS_READY = """() => [...document.querySelectorAll("#jp-main-statusbar .jp-StatusBar-TextItem")]
    .some(item => /\\| Idle$/.test(item.textContent) && !/^No Kernel/.test(item.textContent))"""

# Cells are drawn once they are seen, and outputs that come late move them: down to the end and again from the top.
LOOK_FOR_THE_PICKER = """() => {
    const panel = document.querySelector(".jp-WindowedPanel-outer");
    const atEnd = panel.scrollTop + panel.clientHeight >= panel.scrollHeight - 1;
    panel.scrollTop = atEnd ? 0 : panel.scrollTop + 200;
    return document.querySelector("textarea[aria-label='parameter cell']");
}"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "plan.toml").write_text("")
    monkeypatch.chdir(tmp_path / "notebooks")
    return tmp_path


def begun(monkeypatch, *options, root_user):
    """(command line, environment, working folder, what is said) of the process that would take this one's place."""
    found = {}
    monkeypatch.setattr(lab, "is_root", lambda: root_user)
    monkeypatch.setattr(
        os, "execve", lambda *given: found.update(line=given[1], environment=given[2], at=str(Path.cwd()))
    )
    done = CliRunner().invoke(main, ["lab", *options])
    assert done.exit_code == 0, done.output
    return found["line"], found["environment"], found["at"], done.output


def test_the_whole_project_is_seen_and_the_start_page_is_opened(project, monkeypatch):
    line, _, at, told = begun(monkeypatch, "--no-browser", "--port", "9", root_user=False)
    assert line == [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={project}",
        "--no-browser",
        "--port",
        "9",
    ]
    assert (at, told) == (str(project), "")
    (project / "notebooks" / "index.ipynb").write_text("{}")
    line, *_ = begun(monkeypatch, root_user=False)
    assert line[-1] == "--LabApp.default_url=/lab/tree/notebooks/index.ipynb"


def test_root_is_let_in_with_a_word(project, monkeypatch):
    line, _, _, told = begun(monkeypatch, root_user=True)
    assert "--allow-root" in line and "You are the user root" in told


def test_no_news_are_asked_for_and_what_the_user_set_stays(project, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "mine")
    _, environment, *_ = begun(monkeypatch, root_user=False)
    folders = environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert folders == ["mine", str(project / ".cache" / "jupyter")]
    assert environment["JUPYTER_PREFER_ENV_PATH"] == "1"
    written = json.loads((project / ".cache" / "jupyter" / "labconfig" / "default_setting_overrides.json").read_text())
    assert written["@jupyterlab/apputils-extension:notification"] == {"checkForUpdates": False, "fetchNews": "false"}


def test_jupyterlab_itself_reads_them(project, monkeypatch):
    from jupyterlab_server.settings_utils import _get_overrides

    folder = lab.write_settings(project / ".cache" / "jupyter")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(folder))
    overrides, error = _get_overrides(str(project / "none"))
    assert not error
    assert overrides["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_without_jupyterlab_it_says_what_to_do(project, monkeypatch):
    monkeypatch.setattr(lab, "_is_installed", lambda: False)
    done = CliRunner().invoke(main, ["lab"])
    assert (done.exit_code, "JupyterLab is not installed" in done.output) == (2, True)


@pytest.fixture(scope="module")
def address(root, tmp_path_factory):
    """The address of JupyterLab as `discourse lab` opens it, on a copy of the start page; it ends with the tests."""
    copy = tmp_path_factory.mktemp("lab")
    for name in ("corpus", "figures", "analysis"):
        (copy / name).symlink_to(root / name)
    shutil.copytree(root / "notebooks", copy / "notebooks")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = [sys.executable, "-m", "analysis.cli", "lab", "--no-browser", f"--port={port}", "--ServerApp.token=t"]
    environment = os.environ | {"PYTHONPATH": str(root), "JUPYTER_CONFIG_DIR": str(copy / "nobody")}
    server = subprocess.Popen(line, cwd=copy, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}/?token=t"
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE / 1000)


@pytest.fixture(scope="module")
def page(address, browser):
    from playwright.sync_api import Error

    context = browser.new_context(
        viewport={"width": 1400, "height": 1000}, permissions=["clipboard-read", "clipboard-write"]
    )
    context.set_default_timeout(PATIENCE)
    made = context.new_page()
    for _ in range(120):  # until the server answers
        try:
            made.goto(address)
            break
        except Error:
            time.sleep(1)
    made.wait_for_selector(".jp-Notebook")
    yield made
    context.close()


@pytest.fixture(scope="module")
def start(page):
    """The start page with all of its cells run."""
    assert page.url.endswith("/lab/tree/notebooks/index.ipynb")
    page.wait_for_function(KERNEL_IS_READY, polling=300)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Run All Cells", exact=True).click()
    page.wait_for_function(LOOK_FOR_THE_PICKER, polling=300)
    assert page.locator(".jp-toast, .Toastify__toast").count() == 0
    return page


# What of the start page's outputs cannot be seen without moving them, but for tables that move by themselves; links and
# boxes that stand beyond the right edge; lists to choose from that are too narrow to be read.
CUT = """() => {
    const panel = document.querySelector(".jp-WindowedPanel-outer"), edge = panel.getBoundingClientRect().right;
    const within = (element, outer) => outer && outer !== element && outer.contains(element);
    return [...panel.querySelectorAll(".jp-OutputArea-output")].flatMap(output => [
        ...(output.scrollWidth > output.clientWidth + 1 ? ["output: " + output.textContent.slice(0, 60)] : []),
        ...[...output.querySelectorAll("a, select, textarea, button, summary")]
            .filter(e => !within(e, e.closest("[role=region]")) && e.getBoundingClientRect().right > edge)
            .map(e => "beyond the edge: " + e.outerHTML.slice(0, 60)),
        ...[...output.querySelectorAll("select[multiple]")]
            .filter(e => e.clientWidth < 120)
            .map(e => "narrow: " + e.clientWidth),
    ]);
}"""


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_at_any_width_the_start_page_can_be_read_and_chosen_from(start, root, width, height):
    """On a narrow screen once the list of files is folded away; tables that do not fit move by themselves."""
    start.set_viewport_size({"width": width, "height": height})
    if width < 800:
        start.locator(".jp-SideBar.jp-mod-left [data-id=filebrowser]").click()
    start.locator(".jp-WindowedPanel-outer").first.evaluate("panel => panel.scrollTop = 0")
    start.wait_for_function(LOOK_FOR_THE_PICKER, polling=300)
    for heading in start.locator(".jp-OutputArea-output details > summary").all():
        if heading.evaluate("summary => !summary.parentElement.open"):
            heading.click()
    links = start.locator(".jp-OutputArea-output a")
    notebooks = {path.stem for path in (root / "notebooks").glob("[0-9]*.ipynb")}
    assert notebooks <= set(links.all_text_contents())
    tables = start.locator(".jp-OutputArea-output table")
    assert tables.count() > len(open_store().collections)
    assert start.evaluate(CUT) == []
    for output in start.locator(".jp-OutputArea-output").all():  # what is far from the screen is not looked at
        output.evaluate("output => output.scrollIntoView()")
        assert barriers(start, ".jp-OutputArea-output") == []
    frames = start.locator("select[multiple]").nth(2)
    for place in (1, 0):
        frames.select_option(index=place)
        start.wait_for_function(
            "words => document.querySelector('textarea[aria-label=\"parameter cell\"]').value.includes(words)",
            arg=f'frames: list[str] = ["{sorted(set(open_store().labels("entries")["frame"]))[place]}"]',
        )


@pytest.mark.browser
@pytest.mark.slow
def test_in_a_browser_the_start_page_leads_to_notebooks_and_writes_their_parameter_cells(start):
    """Opened at the start page, without news; run; a choice by clicking, copied; a notebook opened by its link."""
    page = start
    page.locator("select[multiple]").nth(2).select_option(index=0)
    chosen = min(open_store().labels("entries")["frame"])
    page.wait_for_function(
        "document.querySelector('textarea[aria-label=\"parameter cell\"]').value.includes('frames: list[str] = [\"')"
    )
    page.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_role("button", name="Copied", exact=True).wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("store_name: str") and f'frames: list[str] = ["{chosen}"]' in copied
    page.locator(".jp-WindowedPanel-outer").first.evaluate("panel => panel.scrollTop = 0")
    page.locator(".jp-MarkdownOutput a, .jp-RenderedMarkdown a", has_text="01_start_here").first.click()
    page.wait_for_function("location.pathname.endsWith('01_start_here.ipynb')")
