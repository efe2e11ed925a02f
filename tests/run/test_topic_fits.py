from __future__ import annotations

from dataclasses import replace

import pytest
from topic_corpora import planted

from analysis.errors import DiscourseError
from analysis.measures.topics.fit import ESTIMATORS, TopicSettings
from analysis.measures.topics.runs import fit_all, grid
from analysis.run.topic_fits import run_topics


@pytest.fixture(scope="module")
def corpus():
    return planted(1)


def test_same_bytes_for_one_or_two_processes_and_from_the_cache(corpus, tmp_path, monkeypatch):
    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path))
    wanted = grid(TopicSettings(k=4, iterations=20), seeds=(1, 2), ks=(3, 4))
    alone = [model.digest() for model in run_topics(corpus.matrix, wanted, processes=1, cache=False)]
    spread = [model.digest() for model in run_topics(corpus.matrix, wanted, processes=2)]
    files = sorted((tmp_path / "topics").iterdir())
    assert alone == spread == [model.digest() for model in fit_all(corpus.matrix, wanted)]
    assert len(files) == 4
    before = [file.read_bytes() for file in files]
    files[0].write_bytes(b"half a file")
    assert [model.digest() for model in run_topics(corpus.matrix, wanted, processes=1)] == alone
    assert [file.read_bytes() for file in files] == before


def test_a_process_of_another_processor_has_its_fits_made_elsewhere(corpus, tmp_path, monkeypatch):
    from analysis.run import topic_fits

    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path))
    wanted = [TopicSettings(k=3, iterations=20)]
    expected = run_topics(corpus.matrix, wanted, cache=False)[0].digest()
    monkeypatch.setattr(topic_fits, "_fit", lambda *_: pytest.fail("fitted in a process of another processor"))
    monkeypatch.setattr(topic_fits, "is_common", lambda: False)
    assert run_topics(corpus.matrix, wanted)[0].digest() == expected


def test_fits_for_other_processors_have_other_names(corpus, monkeypatch):
    from analysis.run import topic_fits

    name = topic_fits.fit_name(corpus.matrix, TopicSettings(k=3))
    monkeypatch.setattr(topic_fits, "common_processor", lambda: {"OPENBLAS_CORETYPE": "other"})
    assert topic_fits.fit_name(corpus.matrix, TopicSettings(k=3)) != name


def test_a_model_kept_under_another_estimator_is_not_taken_for_this_one(corpus, tmp_path, monkeypatch):
    """Until 0.2 nobody had to name `lda`; what was kept then is still found by its name, and by no other."""
    from analysis.run import topic_fits

    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path))
    settings = TopicSettings(k=3, iterations=20)
    older = run_topics(corpus.matrix, [replace(settings, estimator="lda")])[0]
    assert run_topics(corpus.matrix, [settings])[0].digest() != older.digest()
    ways = [replace(settings, estimator=way, passes=n) for way in ("em", "lda", "lda_online") for n in (None, 1, 2)]
    assert len({topic_fits.fit_name(corpus.matrix, one) for one in ways}) == 9


def test_only_the_library_that_fits_a_model_dates_it(corpus, monkeypatch):
    from importlib import metadata

    from analysis.run import topic_fits

    def names():
        topic_fits._versions.cache_clear()
        return {way: topic_fits.fit_name(corpus.matrix, TopicSettings(k=3, estimator=way)) for way in ESTIMATORS}

    before, real = names(), metadata.version
    for library, changed in (("gensim", {"lda", "lda_online", "nmf"}), ("tomotopy", {"dmr"}), ("numpy", {*ESTIMATORS})):
        monkeypatch.setattr(metadata, "version", lambda name, new=library: "new" if name == new else real(name))
        after = names()
        assert {way for way in ESTIMATORS if before[way] != after[way]} == changed
    topic_fits._versions.cache_clear()


def test_a_failed_fit_is_reported_with_its_reason(corpus):
    wanted = [TopicSettings(k=900, seed=1), TopicSettings(k=900, seed=2)]
    with pytest.raises(DiscourseError, match="k is 900"):
        run_topics(corpus.matrix, wanted, processes=2, cache=False)


def test_gensims_count_of_passes_is_no_warning_and_all_else_is(monkeypatch, caplog):
    import logging

    from analysis.run import topic_fits

    gensim = logging.getLogger("gensim.models.ldamodel")

    def fit(matrix, one):
        gensim.warning("too few updates, training might not converge; consider more")
        gensim.warning("the bound is not finite")
        return "model"

    monkeypatch.setattr(topic_fits, "fit_topics", fit)
    assert topic_fits._fit(None, None) == "model"
    gensim.warning("too few updates, training might not converge; asked for elsewhere")
    assert [r.getMessage()[:16] for r in caplog.records] == ["the bound is not", "too few updates,"]


def test_an_open_notebook_is_told_how_many_fits_are_there(corpus, monkeypatch, tmp_path):
    """With processes as without; only ever more of them."""
    import contextlib

    from analysis.run import topic_fits

    told = []

    @contextlib.contextmanager
    def progress(what):
        yield lambda done, total: told.append((what, done, total))

    monkeypatch.setattr(topic_fits, "cell_progress", progress)
    monkeypatch.setattr(topic_fits, "EVERY", 0.01)
    for number, processes in enumerate((1, 2)):
        monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path / str(number)))
        told.clear()
        run_topics(corpus.matrix, grid(TopicSettings(k=4, iterations=20), seeds=(1, 2), ks=(3, 4)), processes=processes)
        assert told and {(what, total) for what, _, total in told} == {("fits", 4)}
        assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
