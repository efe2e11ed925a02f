"""The coder: keys, buttons, each answer on disk at once; and in a real browser, with the kernel killed in between."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from analysis.errors import DiscourseError
from analysis.texts.coding import sheet as sheets
from analysis.texts.coding.passages import Passage
from analysis.texts.coding.sample import Drawn
from analysis.texts.coding.widget import Coder, as_html, notice, read_keys

GUIDE = {"bridge": "what joins", "river": "what parts"}


def write(path, count=6):
    drawn = []
    for i in range(count):
        kind, frame = ("hit", "bridge") if i % 3 else ("plain", "")
        text = f"Invented passage {i} with a <bridge> in it."
        drawn.append(Drawn(i + 1, Passage(f"d{i}", f"p{i}", "news", "e", "g", kind, text, (26, 34), 5, 6, frame), 0.5))
    sheets.save(sheets.make_sheet("first", "A", drawn, GUIDE), path)
    return path


@pytest.fixture
def path(tmp_path):
    return write(tmp_path / "sheet_A.xlsx")


def test_keys_stand_for_answers():
    assert read_keys("NFR-m", "bridge", list(GUIDE)) == {
        "frame_right": "no",
        "about": "focal",
        "voice": "reported",
        "negated": "yes",
        "mention": "yes",
    }
    assert read_keys("y", "bridge", list(GUIDE))["frame_right"] == "yes"
    assert read_keys("21", sheets.ANY, list(GUIDE)) == {"frames": "river bridge"}
    assert read_keys("0", sheets.ANY, list(GUIDE)) == {"frames": "none"}


@pytest.mark.parametrize(
    ("keys", "asked", "message"),
    [
        ("x", "bridge", "allowed: y, b, n, u"),
        ("yfox", "bridge", "allowed: -, m"),
        ("7", sheets.ANY, "allowed: 0, 1, 2"),
    ],
)
def test_a_key_that_means_nothing_is_named(keys, asked, message):
    with pytest.raises(DiscourseError, match=message):
        read_keys(keys, asked, list(GUIDE))


def test_a_passage_is_shown_as_text_with_its_mark(path):
    answer = next(a for a in sheets.load(path).answers if a.asked == "bridge")
    shown = as_html(answer, GUIDE, "1 of 6")
    assert "<mark>&lt;bridge&gt;</mark>" in shown and "what joins" in shown
    answer.text = f"one & {sheets.OPEN}two\nthree{sheets.CLOSE} <i>four</i>\nfive"
    shown = as_html(answer, {**GUIDE, "bridge": "<what>"}, "1 of 6")
    assert ">one &amp; <mark>two<br>three</mark> &lt;i&gt;four&lt;/i&gt;<br>five</div>" in shown
    assert "<b>bridge</b>. &lt;what&gt;" in shown
    assert notice("<no>", is_wrong=True) == '<p style="color:#a00">&lt;no&gt;</p>\n'


def test_of_a_whole_paragraph_all_frames_are_explained_and_the_marked_words_count(path):
    answer = next(a for a in sheets.load(path).answers if a.asked == sheets.ANY)
    shown = as_html(answer, {**GUIDE, "river": "<parts>"}, "1 of 6")
    assert "the marked words included" in shown
    assert "<b>1 bridge</b>. what joins" in shown and "<b>2 river</b>. &lt;parts&gt;" in shown


def test_a_coder_is_told_what_is_borderline(path):
    answer = next(a for a in sheets.load(path).answers if a.asked == "bridge")
    assert "a name of a body or treaty" in as_html(answer, GUIDE, "1 of 6")


def test_every_answer_is_on_disk_before_the_next_passage(path):
    times = iter(range(0, 1000, 4))
    coder = Coder(path, clock=lambda: float(next(times)))
    for number in range(1, 7):
        coder.keys.value = "1" if coder.answer.asked == sheets.ANY else "yfo"
        on_disk = sheets.load(path)
        assert sum(a.is_done for a in on_disk.answers) == number
        assert on_disk.answers[number - 1].seconds == 4.0
    assert "All 6 passages are answered" in coder.passage.value


def test_it_goes_on_where_one_stopped_and_goes_back(path):
    coder = Coder(path)
    coder.keys.value = "0" if coder.answer.asked == sheets.ANY else "n"
    again = Coder(path)
    assert again.at == 1
    again.back()
    assert again.at == 0
    again.remark.value = "second thought"
    again.save()
    assert sheets.load(path).answers[0].remark == "second thought" and again.at == 1


def test_buttons_do_what_keys_do_and_nothing_is_saved_without_an_answer(path):
    coder = Coder(path)
    before = path.read_bytes()
    coder.save()
    assert "Not answered yet" in coder.message.value and path.read_bytes() == before and coder.at == 0
    if coder.answer.asked == sheets.ANY:
        coder.frames.value = ("river",)
    else:
        coder.choices["frame_right"].value = "borderline"
    coder.save_button.click()
    assert sheets.load(path).answers[0].is_done


def test_a_wrong_key_is_told_and_saves_nothing(path):
    coder = Coder(path)
    before = path.read_bytes()
    coder.keys.value = "x"
    assert "allowed" in coder.message.value and path.read_bytes() == before and coder.keys.value == ""


@pytest.fixture
def lab(tmp_path):
    """(address, folder) of a JupyterLab of its own."""
    pytest.importorskip("jupyterlab")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    write(tmp_path / "sheet_A.xlsx", 20)
    source = 'from analysis.texts.coding.widget import Coder\nCoder("sheet_A.xlsx")'
    cell = {"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}, "outputs": [], "source": source}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "code.ipynb").write_text(json.dumps(book))
    settings = ["--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token=", "--ServerApp.password="]
    command = [sys.executable, "-m", "jupyterlab", *settings, f"--ServerApp.root_dir={tmp_path}"]
    own = {"HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[3]), "JUPYTER_PREFER_ENV_PATH": "1"}
    with (tmp_path / "lab.log").open("w") as log:
        server = subprocess.Popen(command, cwd=tmp_path, env=os.environ | own, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{address}/api", timeout=2).close()
            break
        except OSError:
            time.sleep(0.5)
    yield address, tmp_path
    server.send_signal(signal.SIGINT)
    server.send_signal(signal.SIGINT)
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(10)


def code_some(page, count):
    """Code `count` passages by keys, as a newcomer who reads what is asked."""
    box = page.locator(".coder-keys input")
    for _ in range(count):
        shown = page.locator(".jp-OutputArea mark").first
        shown.wait_for(timeout=180_000)
        before = page.locator("text=/\\d+ of 20; \\d+ answered/").first.inner_text()
        whole = page.locator("text=Whole paragraphs: which frames").count() > 0
        box.click()
        box.press_sequentially("2" if whole else "yfo")
        box.press("Enter")
        page.wait_for_function("old => !document.body.innerText.includes(old)", arg=before, timeout=180_000)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("DISCOURSE_LONG"), reason="minutes in a browser: `make test-long`")
def test_twenty_passages_in_a_browser_with_a_kernel_killed_in_between(lab, browser):
    import psutil

    address, folder = lab
    begun = time.monotonic()
    page = browser.new_page()
    page.set_default_timeout(180_000)
    for _ in range(2):
        page.goto(f"{address}/lab/tree/code.ipynb?reset", timeout=120_000)
        page.locator(".jp-CodeCell .cm-content").first.click(timeout=120_000)
        page.wait_for_selector("[data-status=idle], .jp-Notebook-ExecutionIndicator[data-status=idle]", timeout=180_000)
        page.keyboard.press("Shift+Enter")
        page.locator(".coder-keys input").wait_for(timeout=120_000)
        started = time.monotonic()
        code_some(page, 10)
        assert time.monotonic() - started < 150
        for process in psutil.process_iter(["cmdline", "cwd"]):
            line = " ".join(process.info["cmdline"] or [])
            if "ipykernel" in line and process.info["cwd"] == str(folder):
                process.kill()
    answers = sheets.load(folder / "sheet_A.xlsx").answers
    assert all(answer.is_done for answer in answers)
    assert time.monotonic() - begun < 300
