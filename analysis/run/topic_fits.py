"""Many fits: spread over processes and kept by content, so that the same fit is never computed twice.

The statistics are in `analysis.measures.topics`; here is what they may not do: start processes, read the environment, keep
files. Each worker is a fresh interpreter (`python -m analysis.run.topic_fits`), so this works from notebooks, papermill and
plain scripts alike. A fit is made for the common processor (`analysis.run.processor`): in this process only if it was
started so, as the kernels of the plan are. Its name in the cache is the sha256 of the matrix, the settings, the estimators'
code, the versions of the libraries that compute and that processor; files are written atomically, a damaged one is fitted
again.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import logging
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from analysis.errors import DiscourseError
from analysis.measures.topics import fit
from analysis.measures.topics.fit import TopicModel, TopicSettings, fit_topics
from analysis.measures.topics.matrix import TopicMatrix
from analysis.measures.topics.runs import grid, settings_from
from analysis.run.cell_progress import EVERY, cell_progress
from analysis.run.processor import common_processor, is_common
from analysis.store.atomic import write_bytes
from analysis.study import settings as corpus_settings

__all__ = ["grid", "run_topics"]

log = logging.getLogger(__name__)
# Words x topics x steps below which starting workers costs more than it saves (some four seconds of EM).
_WORTH_WORKERS = 1.5e9
_UPDATES = "too few updates, training might not converge"
ESTIMATOR_CODE = ("bags", "em", "nmf_dmr", "fit")
LIBRARIES = {"dmr": ("tomotopy",)} | dict.fromkeys(fit.PASSES, ("gensim",))
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")


def _tells(record: logging.LogRecord) -> bool:
    """Whether a warning of gensim says something: it counts its own passes, and ours start where batch EM has converged.

    It would come, or not, as the fit is made or read from the cache, and with it another sidecar.
    """
    return not record.getMessage().startswith(_UPDATES)


def cache_folder() -> Path:
    """Where fits are kept: $DISCOURSE_CACHE/topics, else .cache/topics beside the corpus folder."""
    given = os.environ.get("DISCOURSE_CACHE")
    return (Path(given) if given else corpus_settings.corpus_folder().parent / ".cache") / "topics"


def run_topics(
    matrix: TopicMatrix, wanted: Iterable[TopicSettings], *, processes: int | None = None, cache: bool = True
) -> list[TopicModel]:
    """Fit every one of `wanted`, in their order; equal settings are fitted once.

    processes: at most so many at a time (None: one per core, or no further one for little work). cache: read and write
    `cache_folder()`. The results are the same bytes for any number of processes and with or without the cache. Raises
    `DiscourseError` with the worker's own message when a fit fails.
    """
    wanted = list(wanted)
    names = {one: fit_name(matrix, one) for one in dict.fromkeys(wanted)}
    with tempfile.TemporaryDirectory(prefix="topics-") as temporary:
        folder = cache_folder() if cache else Path(temporary)
        done = {one: model for one, name in names.items() if (model := _load(folder / name, matrix, one))}
        todo = [one for one in names if one not in done]
        n_workers = min(len(todo), processes or _workers(matrix, todo))
        log.info(
            "topics: %d fits, %d from the cache, %d to do on %d processes", len(names), len(done), len(todo), n_workers
        )
        with cell_progress("fits") as tell:
            if n_workers > 1 or (todo and not is_common()):
                _in_processes(matrix, [(one, folder / names[one]) for one in todo], n_workers, Path(temporary), tell)
                done |= {one: model for one in todo if (model := _load(folder / names[one], matrix, one))}
            for one in names:
                if one not in done:
                    done[one] = _fit(matrix, one)
                    _save(folder / names[one], done[one])
                    tell(len(done), len(names))
    return [done[one] for one in wanted]


def _workers(matrix: TopicMatrix, todo: Sequence[TopicSettings]) -> int:
    work = sum(matrix.counts.nnz * one.k * (one.iterations if one.estimator == "em" else 500) for one in todo)
    return (os.cpu_count() or 1) if work > _WORTH_WORKERS else 1


def fit_name(matrix: TopicMatrix, settings: TopicSettings) -> str:
    """File name of a fit: sha256 of everything that decides its bytes."""
    processor = [platform.machine(), *common_processor().values()]
    parts = [matrix.content_hash, settings.key(), _code_hash(), *_versions(settings.estimator), *processor]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40] + ".npz"


@functools.cache
def _code_hash() -> str:
    here = Path(fit.__file__).parent
    files = [here / f"{name}.py" for name in ESTIMATOR_CODE]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


@functools.cache
def _versions(estimator: str) -> tuple[str, ...]:
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for name in ("numpy", "scipy", *LIBRARIES.get(estimator, ())):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} none")
    return tuple(found)


def _fit(matrix: TopicMatrix, one: TopicSettings) -> TopicModel:
    gensim = logging.getLogger("gensim.models.ldamodel")
    gensim.addFilter(_tells)
    try:
        return fit_topics(matrix, one)
    finally:
        gensim.removeFilter(_tells)


def _save(path: Path, model: TopicModel) -> None:
    data = io.BytesIO()
    np.savez(data, topic_word=model.topic_word, doc_topic=model.doc_topic, digest=np.array(model.digest()))
    write_bytes(path, data.getvalue())


def _load(path: Path, matrix: TopicMatrix, settings: TopicSettings) -> TopicModel | None:
    import zipfile

    try:
        with np.load(path, allow_pickle=False) as stored:
            topic_word, doc_topic, digest = stored["topic_word"], stored["doc_topic"], str(stored["digest"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        log.warning("topics: %s is damaged; the fit is computed again", path.name)
        return None
    model = TopicModel(settings, matrix.content_hash, matrix.terms, matrix.doc_ids, topic_word, doc_topic)
    return model if model.digest() == digest else None


def _in_processes(
    matrix: TopicMatrix,
    jobs: list[tuple[TopicSettings, Path]],
    n_workers: int,
    folder: Path,
    tell: Callable[[int, int], None],
) -> None:
    """Hand the jobs, costliest first, to workers in turn; wait for all of them, telling how many fits are there."""
    _write_matrix(folder / "matrix.npz", matrix)
    jobs = sorted(jobs, key=lambda job: (-job[0].k, job[1].name))
    root = Path(__file__).resolve().parents[2]
    env = os.environ | dict.fromkeys(_THREADS, "1") | common_processor()
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(root), env.get("PYTHONPATH", "")]))
    workers = []
    try:
        for number in range(n_workers):
            mine = [
                {"settings": json.loads(one.key()), "path": str(path.resolve())}
                for one, path in jobs[number::n_workers]
            ]
            (folder / f"jobs-{number}.json").write_text(json.dumps(mine), encoding="utf-8")
            command = [sys.executable, "-m", "analysis.run.topic_fits", str(folder), str(number)]
            workers.append(
                subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            )
        said = [_end_of(worker, lambda: tell(sum(path.is_file() for _, path in jobs), len(jobs))) for worker in workers]
    finally:
        for worker in workers:
            if worker.poll() is None:
                worker.kill()
                worker.communicate()
    for worker, errors in zip(workers, said, strict=True):
        if worker.returncode:
            last = errors.strip().splitlines()[-1:] or [f"exit code {worker.returncode}"]
            raise DiscourseError(f"topics: a fit failed in its process: {last[0]}")


def _end_of(worker: subprocess.Popen[str], look: Callable[[], None]) -> str:
    """Wait for a worker, looking around every now and then; returns what it wrote to its error stream."""
    while True:
        try:
            return worker.communicate(timeout=EVERY)[1]
        except subprocess.TimeoutExpired:
            look()


def _write_matrix(path: Path, matrix: TopicMatrix) -> None:
    counts = matrix.counts
    np.savez(path, indptr=counts.indptr, indices=counts.indices, data=counts.data)
    names = {"doc_ids": matrix.doc_ids, "terms": matrix.terms}
    path.with_suffix(".json").write_text(json.dumps(names), encoding="utf-8")


def _read_matrix(path: Path) -> TopicMatrix:
    from scipy import sparse

    names = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    shape = (len(names["doc_ids"]), len(names["terms"]))
    with np.load(path, allow_pickle=False) as stored:
        counts = sparse.csr_matrix((stored["data"], stored["indices"], stored["indptr"]), shape=shape)
    return TopicMatrix(tuple(names["doc_ids"]), tuple(names["terms"]), counts)


def _work(folder: Path, number: str) -> None:
    matrix = _read_matrix(folder / "matrix.npz")
    for job in json.loads((folder / f"jobs-{number}.json").read_text(encoding="utf-8")):
        _save(Path(job["path"]), _fit(matrix, settings_from(job["settings"])))


if __name__ == "__main__":
    _work(Path(sys.argv[1]), sys.argv[2])
