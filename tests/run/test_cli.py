from __future__ import annotations

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from analysis.cli import COMMANDS, REMEDIES, main
from analysis.run.commands_texts import alone
from analysis.store.errors import DiscourseError


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_loads_and_explains_itself(name):
    done = CliRunner().invoke(main, [name, "--help"])
    assert done.exit_code == 0, done.output
    assert len(done.output.splitlines()) > 3


def test_an_unknown_command_is_answered_with_all_there_are():
    done = CliRunner().invoke(main, ["rum"])
    assert done.exit_code == 2
    for part in ("No such command", *COMMANDS, "Did you mean 'run'?"):
        assert part in done.output


@pytest.mark.parametrize("code", sorted(REMEDIES))
def test_what_is_wrong_with_the_machine_is_said_in_one_line(monkeypatch, tmp_path, code):
    def fail(*_, **__):
        raise OSError(code, os.strerror(code), "/somewhere/x")

    monkeypatch.setattr("analysis.texts.guess.write_sources", fail)
    done = CliRunner().invoke(main, ["init", str(tmp_path)])
    assert done.exit_code == 2
    assert done.output.startswith(f"discourse: /somewhere/x: {os.strerror(code)}. ")
    assert len(done.output.splitlines()) == 1
    assert len(done.output.split(". ")[1]) > 20


def test_a_defect_of_the_program_keeps_its_traceback(monkeypatch, tmp_path):
    monkeypatch.setattr("analysis.texts.guess.write_sources", lambda *_, **__: (tmp_path / "none").stat())
    assert isinstance(CliRunner().invoke(main, ["init", str(tmp_path)]).exception, FileNotFoundError)


def test_one_build_of_a_store_at_a_time(tmp_path):
    refused = pytest.raises(DiscourseError, match="another `discourse build` of store 'mine'")
    with alone(tmp_path / "mine"), refused, alone(tmp_path / "mine"):
        pass
    with alone(tmp_path / "mine"):
        pass


def test_help_is_quick_and_light():
    code = "import sys; from analysis.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n" \
        "print([m for m in ('pandas', 'matplotlib', 'numpy') if m in sys.modules])"  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
