from __future__ import annotations

from sample_project import discourse


def test_the_list_names_every_figure_with_its_run(finished):
    done = discourse(finished, "figures")
    assert done.returncode == 0, done.stderr
    for figure in ("tokens_news", "tokens_un", "terms"):
        assert figure in done.stdout


def test_a_figure_that_is_not_there_is_refused_with_those_that_are(finished):
    done = discourse(finished, "cite", "tokens_newz")
    assert done.returncode == 2
    assert "tokens_news" in done.stderr
    assert "Traceback" not in done.stderr


def test_snippets_for_one_figure_bring_its_pictures_and_no_others(copy):
    done = discourse(copy, "figures", "terms", "--paper", "paper")
    assert done.returncode == 0, done.stderr
    names = {path.name for path in (copy / "paper").iterdir()}
    assert {"terms.pdf", "terms.png", "figures.bib"} <= names
    assert not any(name.startswith("tokens") for name in names)


def test_check_is_quiet_about_what_is_current_and_names_what_is_not(copy):
    assert discourse(copy, "figures", "--check").returncode == 0
    notebook = copy / "notebooks" / "20_terms.ipynb"
    notebook.write_text(notebook.read_text().replace('[\\"token_count\\"] - 1', '[\\"token_count\\"] - 2'))
    done = discourse(copy, "figures", "--check")
    assert done.returncode == 1
    assert "terms" in done.stderr
    assert "tokens_news:" not in done.stderr


def test_verify_ends_with_a_sentence_and_status_zero(finished):
    done = discourse(finished, "verify", "--figure", "terms", "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "identical" in done.stdout
