from __future__ import annotations

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner
from sample_project import discourse, documents

from analysis.cli.main import COMMANDS, REMEDIES, main
from analysis.cli.texts import alone
from analysis.errors import DiscourseError
from analysis.store import StoreWriter


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

    monkeypatch.setattr("analysis.texts.read.first_sources.write_sources", fail)
    done = CliRunner().invoke(main, ["init", str(tmp_path)])
    assert done.exit_code == 2
    assert done.output.startswith(f"discourse: /somewhere/x: {os.strerror(code)}. ")
    assert len(done.output.splitlines()) == 1
    assert len(done.output.split(". ")[1]) > 20


def test_a_defect_of_the_program_keeps_its_traceback(monkeypatch, tmp_path):
    monkeypatch.setattr("analysis.texts.read.first_sources.write_sources", lambda *_, **__: (tmp_path / "none").stat())
    assert isinstance(CliRunner().invoke(main, ["init", str(tmp_path)]).exception, FileNotFoundError)


def test_one_build_of_a_store_at_a_time(tmp_path):
    refused = pytest.raises(DiscourseError, match="another `discourse build` of store 'mine'")
    with alone(tmp_path / "mine"), refused, alone(tmp_path / "mine"):
        pass
    with alone(tmp_path / "mine"):
        pass


def test_help_is_quick_and_light():
    code = (
        "import sys; from analysis.cli.main import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([m for m in ('pandas', 'matplotlib', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def one_word_store(folder, prefix, term_id):
    """Four documents of 13 tokens, all of them the pooled word (0) or a named one (1)."""
    import pyarrow as pa

    writer, ids, terms = StoreWriter(folder), [f"{prefix}{i}" for i in range(4)], ["<pooled>", "balance"][: term_id + 1]
    writer.add("documents", pa.table(documents(ids, "news") | {"token_count": [13] * 4}), "news")
    writer.add("counts", pa.table({"doc_id": ids, "term_id": [term_id] * 4, "token_count": [13] * 4}), "news")
    last = [0] * term_id
    writer.add(
        "vocabulary",
        pa.table(
            {
                "term_id": list(range(term_id + 1)),
                "term": terms,
                "lemma": terms,
                "is_stopword": [False] * (term_id + 1),
                "document_count": [*last, 4],
                "token_count": [*last, 52],
            }
        ),
    )
    return writer.finish({"codebook_version": "one", "min_documents": 3}, {"entries": [{"frame": "f", "entry": "e"}]})


def test_joining_with_a_store_that_names_few_words_is_warned_of(tmp_path):
    one_word_store(tmp_path / "large", "a", 1)
    one_word_store(tmp_path / "small", "b", 0)
    done = CliRunner().invoke(
        main, ["store", "merge", str(tmp_path / "large"), str(tmp_path / "small"), "--out", str(tmp_path / "both")]
    )
    assert done.exit_code == 0, done.output
    assert done.output.count("warning") == 1
    assert "100% of the tokens of large lost their words" in done.output
    assert "words of 3 documents or more" in done.output


def test_a_working_folder_that_is_gone_is_named(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    done = CliRunner().invoke(main, ["check"])
    assert (done.exit_code, "is gone" in done.output) == (2, True)
    monkeypatch.chdir(tmp_path)


def test_a_compiled_file_that_is_cut_off_is_named(project):
    """As a full disk leaves it: Python up to 3.12 does not see that only part of it was written."""
    environ = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": ""}
    assert discourse(project, "figures", "--help", **environ).returncode == 0
    (path,) = (project / "analysis" / "cli" / "__pycache__").glob("figures.*.pyc")
    path.write_bytes(path.read_bytes()[:1000])
    done = discourse(project, "figures", "--help", **environ)
    assert done.returncode == 2 and str(path) in done.stderr and "Delete that file" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    path.unlink()
    assert discourse(project, "figures", "--help", **environ).returncode == 0
