from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from analysis.cli import COMMANDS, main


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_loads_and_explains_itself(name):
    done = CliRunner().invoke(main, [name, "--help"])
    assert done.exit_code == 0, done.output
    assert len(done.output.splitlines()) > 3


def test_an_unknown_command_lists_nothing_by_accident():
    done = CliRunner().invoke(main, ["rum"])
    assert done.exit_code == 2
    assert "No such command" in done.output


def test_help_is_quick_and_light():
    code = "import sys; from analysis.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n" \
        "print([m for m in ('pandas', 'matplotlib', 'numpy') if m in sys.modules])"  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
