"""The same jobs done by other packages, on the same texts: UN speeches, or the sample in use (`benchmarks.samples`). Each
function is one case; `prepare` loads its input.

The speeches come from the UN General Debate Corpus (CC0) in the texts folder; without it the cases are reported as not run.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections import Counter
from pathlib import Path

from analysis.store.atomic import write_text
from benchmarks import samples

SAMPLE_MB = float(os.environ.get("BENCH_MB", "10"))


def corpus_file() -> Path:
    """The UN speeches: $DISCOURSE_TEXTS/un/ungdc.parquet, else ../shared/corpus/un/ungdc.parquet."""
    folder = os.environ.get("DISCOURSE_TEXTS")
    root = Path(folder) if folder else Path(__file__).resolve().parents[2] / "shared" / "corpus"
    return root / "un" / "ungdc.parquet"


def speeches(megabytes: float = SAMPLE_MB) -> list[str]:
    """Every k-th speech, so that about `megabytes` of text from all years come together, in order of id.

    The sample is kept in a temporary file: a case that had to read the whole corpus would show the memory of that.
    """
    state = corpus_file().stat()
    kept = Path(tempfile.gettempdir()) / f"speeches-{megabytes}-{state.st_size}-{state.st_mtime_ns}-{os.getuid()}.json"
    if not kept.exists():
        import pyarrow.parquet as pq

        table = pq.read_table(corpus_file(), columns=["doc_id", "text"]).sort_by("doc_id")
        texts = table["text"].to_pylist()
        step = max(1, round(sum(map(len, texts)) / 1e6 / megabytes))
        write_text(kept, json.dumps(texts[::step]))
    return json.loads(kept.read_text(encoding="utf-8"))


def megabytes_of(texts: list[str]) -> float:
    return sum(map(len, texts)) / 1e6


def prepare(function: str) -> object:
    in_use = samples.texts()
    return speeches() if in_use is None else in_use


def warm(function: str, texts: list[str]) -> None:
    """Run the case on two speeches, so that its packages are loaded."""
    globals()[function](texts[:2])


def bare_findall(texts: list[str]) -> int:
    """The yardstick: what any Python program pays to see its words."""
    return sum(len(re.findall(r"\w+", text.lower())) for text in texts)


def bare_counter(texts: list[str]) -> int:
    return sum(len(Counter(re.findall(r"\w+", text.lower()))) for text in texts)


def nltk_regexp(texts: list[str]) -> int:
    from nltk.tokenize import RegexpTokenizer

    tokenizer = RegexpTokenizer(r"\w+")
    return sum(len(tokenizer.tokenize(text.lower())) for text in texts)


def nltk_treebank(texts: list[str]) -> int:
    from nltk.tokenize import NLTKWordTokenizer

    tokenizer = NLTKWordTokenizer()
    return sum(len(tokenizer.tokenize(text)) for text in texts)


def gensim_preprocess(texts: list[str]) -> int:
    from gensim.utils import simple_preprocess

    return sum(len(simple_preprocess(text, min_len=1, max_len=99)) for text in texts)


def gensim_dictionary(texts: list[str]) -> int:
    from gensim.corpora import Dictionary
    from gensim.utils import simple_preprocess

    dictionary = Dictionary()
    return sum(
        len(dictionary.doc2bow(simple_preprocess(text, min_len=1, max_len=99), allow_update=True)) for text in texts
    )


def sklearn_counts(texts: list[str]) -> int:
    from sklearn.feature_extraction.text import CountVectorizer

    return CountVectorizer(token_pattern=r"\w+").fit_transform(texts).nnz


def spacy_blank(texts: list[str]) -> int:
    import spacy

    nlp = spacy.blank("en")
    nlp.max_length = 10_000_000
    return sum(len(document) for document in nlp.tokenizer.pipe(texts))


def tmtoolkit_tokens(texts: list[str]) -> int:
    from tmtoolkit.corpus import Corpus, doc_tokens

    corpus = Corpus({f"d{i}": text for i, text in enumerate(texts)}, language="en", load_features=[])
    return sum(len(tokens) for tokens in doc_tokens(corpus).values())


def quanteda_dfm(texts: list[str]) -> object:
    """quanteda's tokens + tokens_lookup + dfm through R, where R and quanteda are installed."""
    import shutil
    import subprocess
    import tempfile

    if shutil.which("Rscript") is None:
        raise RuntimeError("no Rscript on this machine: quanteda cannot be measured here")
    script = (
        "suppressMessages(library(quanteda)); quanteda_options(threads = 1); x <- readLines(commandArgs(TRUE)[1]);"
        'd <- dictionary(list(ironclad = "ironclad*", neutral = c("neutral*", "non-aligned*"), hedge = "take sides"));'
        "t <- system.time({k <- tokens(x); l <- tokens_lookup(k, d); m <- dfm(k)}); cat(t[['elapsed']])"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(" ".join(text.split()) for text in texts))
        file.flush()
        done = subprocess.run(["Rscript", "-e", script, file.name], capture_output=True, text=True, check=True)
    return {"seconds_in_r": float(done.stdout.split()[-1])}
