"""The gate: each thing that must not leave the house is found, and never told."""

from __future__ import annotations

import contextlib
import gzip
import json
import sqlite3

import pytest
from sample_project import build_store, documents

from analysis.publish.privacy import check_files, check_store, private_texts, shared_sequences, words
from analysis.store import StoreWriter

SENTENCE = "The invented minister said that nine purple kites had crossed the border at noon."


@pytest.mark.parametrize("harm", ["title", "rare", "sums", "speaker", "sentence"])
def test_the_gate_names_what_is_wrong_with_a_store(tmp_path, harm):
    import pyarrow as pa

    ids = [f"d{i}" for i in range(4)]
    columns = documents(ids, "news") | {"token_count": [3] * 4}
    if harm == "title":
        columns |= {"title": ["A title of four words", None, None, None], "licence": ["unknown; of the outlet"] * 4}
    if harm == "sentence":
        columns["outlet_id"] = [SENTENCE] * 4
    counts = {"doc_id": ids * 2, "term_id": [0] * 4 + [1] * 4, "token_count": [2] * 4 + [1] * 4}
    if harm == "rare":
        counts = {"doc_id": [*ids, "d0", "d1"], "term_id": [0] * 4 + [1] * 2, "token_count": [2, 2, 3, 3, 1, 1]}
    if harm == "sums":
        counts["token_count"][0] = 1
    hits = {
        "doc_id": ["d0"],
        "hit_id": [0],
        "frame": ["hedging"],
        "category": ["c"],
        "entry": ["e"],
        "zone": ["body"],
        "voice": ["quoted"],
        "speaker": ["Invented Name" if harm == "speaker" else None],
        "speaker_role": [None],
        "speaker_side": ["unknown"],
        "is_negated": [False],
        "is_mention": [False],
        "dyad": [None],
        "holder": [None],
        "about": ["none"],
        "about_basis": ["none"],
        "stance": ["ascribed"],
        "is_core": [True],
        "tenth": [None],
    }
    total = {n: sum(c for t, c in zip(counts["term_id"], counts["token_count"], strict=True) if t == n) for n in (0, 1)}
    vocabulary = {
        "term_id": [0, 1],
        "term": ["<pooled>", "balance"],
        "lemma": ["<pooled>", "balance"],
        "is_stopword": [False, False],
        "document_count": [4, 4],
        "token_count": [total[0] + (harm == "sums"), total[1]],
    }
    writer = StoreWriter(tmp_path / "s")
    writer.add("documents", pa.table(columns), "news")
    writer.add("counts", pa.table(counts), "news")
    writer.add("hits", pa.table(hits), "news")
    writer.add("vocabulary", pa.table(vocabulary))
    found = check_store(writer.finish({"min_documents": 3}, {}))
    places = {
        "title": "documents.title",
        "rare": "counts",
        "sums": "counts",
        "speaker": "hits.speaker",
        "sentence": "documents.outlet_id",
    }
    assert places[harm] in {f.place for f in found}
    assert not any("purple" in f.reason or "Invented" in f.reason for f in found)


def test_a_sound_store_passes(tmp_path):
    assert check_store(build_store(tmp_path / "s")) == []


def test_the_gate_finds_private_files_canaries_and_suppressed_values(tmp_path):
    texts = tmp_path / "private"
    texts.mkdir()
    (texts / "a.txt").write_text(SENTENCE)
    files = {}
    for name, content in {
        "copy.txt": SENTENCE,
        "notes.md": f"Before. {SENTENCE.upper()} After.",
        "fine.csv": "too_few,rate\ntrue,\n",
        "few.csv": "too_few,rate_per_10000\ntrue,3\n",
        "long.csv": "text\n" + " ".join(["word"] * 17) + "\n",
    }.items():
        (tmp_path / name).write_text(content)
        files[name] = tmp_path / name
    files["inside.txt"] = texts / "a.txt"
    found = {(f.place, f.reason) for f in check_files(files, texts, ["nine purple kites"])}
    assert ("inside.txt", "lies in the folder of private texts") in found
    assert ("copy.txt", "has the content of a private file") in found
    assert ("notes.md", "contains a canary") in found
    assert ("few.csv", "1 values in cells that are marked too few") in found
    assert ("long.csv", "1 cells of more than 16 words") in found
    assert not [f for f in found if f[0] == "fine.csv"]


@pytest.mark.parametrize("form", ["txt", "jsonl", "json", "parquet"])
def test_eight_words_of_a_private_text_are_found_wherever_they_stand(tmp_path, form):
    texts = tmp_path / "private"
    texts.mkdir()
    path = texts / f"a.{form}"
    if form == "parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table({"n": [1], "text": [SENTENCE]}), path)
    else:
        path.write_text(
            {"txt": SENTENCE, "jsonl": json.dumps({"text": SENTENCE}), "json": json.dumps([SENTENCE])}[form]
        )
    (tmp_path / "leak.svg").write_text("<svg><text>invented minister said that nine purple kites had</text></svg>")
    link = "https://example.org/The-invented-minister-said-that-nine-purple-kites-had"
    (tmp_path / "fine.md").write_text("invented minister said that nine purple kites, no more; https://example.org/a")
    (tmp_path / "link.md").write_text(f"see {link}")
    names = ("leak.svg", "fine.md", "link.md")
    found = shared_sequences({name: tmp_path / name for name in names}, texts)
    # An address may spell a headline: nine words of it are two runs of eight, one of which the picture has too.
    assert {f.place for f in found} == {"leak.svg", "link.md"}
    assert all("8 words that a private text contains" in f.reason for f in found)


def test_a_notebook_with_outputs_does_not_pass(tmp_path):
    import nbformat
    from nbformat import v4

    shown = v4.new_output("stream", text="a passage")
    for name, outputs in (("clean", []), ("shown", [shown])):
        notebook = v4.new_notebook(cells=[v4.new_markdown_cell("Words"), v4.new_code_cell("1", outputs=outputs)])
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    files = {f"notebooks/{name}.ipynb": tmp_path / f"{name}.ipynb" for name in ("clean", "shown")}
    (found,) = check_files(files, tmp_path / "private")
    assert found.place == "notebooks/shown.ipynb" and "outputs of 1 cell" in found.reason


def test_links_are_no_words():
    assert words("See https://example.org/a-b-c now") == ["see", "now"]


TOLD = "the old harbour master spoke of nine grey boats that never came home again"


def test_the_pages_of_compressed_warc_files_are_compared_without_their_tags(tmp_path, caplog):
    texts = tmp_path / "texts"
    texts.mkdir()
    marked = TOLD.replace("boats", "<a href='x'>boats</a>")
    records = [b"WARC/1.0\r\n\r\n<p>nothing of it</p>\r\n", b"WARC/1.0\r\n\r\n<p>" + marked.encode() + b"</p>\r\n"]
    (texts / "post-2023-09.warc.gz").write_bytes(b"".join(map(gzip.compress, records)))
    (tmp_path / "note.md").write_text(f"As was said: {TOLD}.")
    found = shared_sequences({"docs/note.md": tmp_path / "note.md"}, texts)
    assert [(f.place, f.reason) for f in found] == [("docs/note.md", "7 runs of 8 words that a private text contains")]
    assert len(list(private_texts(texts))) == 2
    (texts / "cut.warc.gz").write_bytes(gzip.compress(records[1])[:-12])
    list(private_texts(texts))
    assert "cannot be unpacked to its end" in caplog.text


def test_a_saved_page_is_compared_without_its_tags(tmp_path):
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.html").write_text(" ".join(f"<b>{word}</b>" for word in TOLD.split()))
    (tmp_path / "note.md").write_text(TOLD)
    assert shared_sequences({"docs/note.md": tmp_path / "note.md"}, texts)


def test_the_working_files_of_collect_are_no_texts_but_hold_addresses(tmp_path):
    folder = tmp_path / ".collect"
    folder.mkdir()
    with contextlib.closing(sqlite3.connect(folder / "captures.sqlite")) as base:
        base.execute("CREATE TABLE captures (address TEXT)")
        base.execute("INSERT INTO captures VALUES ('https://r.example/a'), (NULL)")
        base.commit()
    (tmp_path / "coverage.csv").write_text("outlet_id,month\n")
    (folder / "other.sqlite").write_text("no database at all")
    assert list(private_texts(tmp_path)) == ["https://r.example/a"]
