"""The way from files to documents: bad input, order, ids, pieces, audit, repeated paragraphs, guessed sources."""

from __future__ import annotations

import json
import pickle
from collections import Counter

import pytest

from analysis.errors import DiscourseError, TextsMissing
from analysis.study import corrections, sources
from analysis.study.settings import Outlet, load_outlets
from analysis.texts.clean import repeated
from analysis.texts.document import Document, Refusal
from analysis.texts.read import check, reading
from analysis.texts.read import first_sources as guess
from analysis.texts.read.audit import Audit

OUTLETS = {
    "post": Outlet("post", "The Example Post", "KHM", "independent", domains=("post.example",)),
    "times": Outlet("times", "Example Times", "KHM", "independent"),
}
STORY = "The invented harbour of the town was opened on Tuesday and the minister said that it is deep."


def both(path, folder, outlets, corrections=None, **more):
    found = check.check(path, folder, check.Declared(outlets, {}, corrections or {}), **more)
    return found.rows, found.messages


def run(folder, *rows, **options):
    made = [sources.make({"source_id": f"s{i}", "collection": "news", **row}) for i, row in enumerate(rows)]
    return list(reading.read_documents(made, folder, outlets=OUTLETS, **options))


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_bad_rows_are_refused_with_file_row_value_and_what_is_allowed(tmp_path):
    good = {"id": "a", "date": "2024-03-05", "source": "The Example Post", "title": "T", "text": STORY}
    write_rows(
        tmp_path / "a.jsonl",
        [
            good,
            {**good},
            {**good, "id": "b", "date": "2024-02-31"},
            {**good, "id": "c", "date": "03/04/2024"},
            {**good, "id": "d", "source": "Nobody's Paper"},
            {**good, "id": "e", "title": "", "text": " "},
            {
                **good,
                "id": "f",
                "text": "Le ministre a inauguré le port de la ville et il a dit que c'est bien pour les gens.",
            },
            {**good, "id": "g", "date": None},
            {"id": "h", "text": STORY, "date": "2024", "source": None},
            {**good, "id": "i", "genre": "essay"},
        ],
    )
    found = run(tmp_path, {"path": "a.jsonl", "columns": {"genre": "genre"}})
    kinds = [(f.origin, f.kind) for f in found if isinstance(f, Refusal)]
    assert kinds == [
        ("a.jsonl:2", "duplicate-id"),
        ("a.jsonl:3", "impossible-date"),
        ("a.jsonl:4", "ambiguous-date"),
        ("a.jsonl:5", "unknown-outlet"),
        ("a.jsonl:6", "empty"),
        ("a.jsonl:7", "language"),
        ("a.jsonl:9", "no-outlet"),
        ("a.jsonl:10", "genre"),
    ]
    reasons = {f.doc_id: f.reason for f in found if isinstance(f, Refusal)}
    assert "'2024-02-31'" in reasons["b"]
    assert "Nobody's Paper" in reasons["d"]
    assert "language fr" in reasons["f"]
    assert "essay" in reasons["i"] and "opinion" in reasons["i"]
    assert [(f.doc_id, f.published) for f in found if isinstance(f, Document)] == [("a", "2024-03-05"), ("g", None)]
    assert len(found) == 10


def test_a_missing_column_names_the_columns_there_are(tmp_path):
    (tmp_path / "a.csv").write_text("id,headline,body,when\n1,T,B,2024\n")
    (refusal,) = run(tmp_path, {"path": "a.csv", "columns": {"text": "txt", "date": "when"}})
    assert refusal.kind == "missing-column"
    assert "allowed: id, headline, body, when" in refusal.reason


def test_no_folder_and_no_file(tmp_path):
    with pytest.raises(TextsMissing, match="DISCOURSE_TEXTS"):
        run(tmp_path / "none", {"path": "*.csv"})
    with pytest.raises(TextsMissing, match="none of the texts"):
        run(tmp_path, {"path": "*.csv"})
    (tmp_path / "a.jsonl").write_text("{}")
    rows = [sources.make({"source_id": n, "collection": "news", "path": f"*.{n}"}) for n in ("jsonl", "csv")]
    with pytest.raises(DiscourseError, match=r"source csv: no file .* matches"):
        reading.plan_parts(rows, tmp_path)


def test_mapping_templates_values_rules_filters_and_constants(tmp_path):
    rows = [
        {"nr": i, "year": 1990 + i, "iso3": iso, "sec": sec, "link": link, "body": STORY}
        for i, (iso, sec, link) in enumerate([("KHM", "x", "a"), ("CHN", "op", "a"), ("KHM", "op", "/live/b")])
    ]
    write_rows(tmp_path / "a.jsonl", rows)
    source = {
        "path": "a.jsonl",
        "genre": "article",
        "constants": {"outlet": "times"},
        "may_print_title": True,
        "columns": {"id": "{iso3:lower}_{year}", "date": "{year}-09", "text": "body", "genre": "sec", "title": "sec"},
        "values": {"genre": {"op": "opinion", "x": "article"}},
        "filters": {"year": {"minimum": 1990}, "iso3": {"in": ["KHM"]}},
        "when": [{"column": "link", "matches": "/live/", "genre": "live_blog"}],
    }
    first, left_out, third = run(tmp_path, source)
    assert (first.doc_id, first.published, first.date_precision) == ("khm_1990", "1990-09", "month")
    assert (first.outlet_id, first.genre, third.genre) == ("times", "article", "live_blog")
    assert left_out.kind == "filtered"
    assert first.may_print_title


def test_a_time_zone_moves_the_day_only_when_the_source_says_so(tmp_path):
    write_rows(tmp_path / "a.jsonl", [{"id": "x", "source": "post", "text": STORY, "date": "2023-08-21T20:00:00Z"}])
    assert run(tmp_path, {"path": "*"})[0].published == "2023-08-21"
    assert run(tmp_path, {"path": "*", "time_zone": "Asia/Phnom_Penh"})[0].published == "2023-08-22"


def test_order_and_documents_do_not_depend_on_pieces_and_pieces_can_travel(tmp_path, monkeypatch):
    from analysis.texts.read.formats import jsons

    for name in ("b", "a"):
        write_rows(
            tmp_path / f"{name}.jsonl", [{"id": f"{name}{i}", "source": "post", "text": STORY} for i in range(40)]
        )
    made = [sources.make({"source_id": "s", "collection": "news", "path": "*.jsonl"})]
    whole = [d.doc_id for d in reading.read_documents(made, tmp_path, outlets=OUTLETS)]
    assert whole == [f"{name}{i}" for name in ("a", "b") for i in range(40)]
    monkeypatch.setattr(jsons.plan, "__defaults__", (500,))
    parts = reading.plan_parts(made, tmp_path)
    assert len(parts) > 10
    shared = pickle.loads(pickle.dumps(reading.context(OUTLETS)))
    travelled = [pickle.loads(pickle.dumps(part)) for part in reversed(parts)]
    found = [[d.doc_id for d in reading.read_part(part, shared)] for part in travelled]
    assert [doc_id for ids in reversed(found) for doc_id in ids] == whole


def test_ids_taken_by_earlier_pieces_are_refused(tmp_path):
    write_rows(tmp_path / "a.jsonl", [{"id": "x", "source": "post", "text": STORY}])
    (part,) = reading.plan_parts([sources.make({"source_id": "s", "collection": "news", "path": "*"})], tmp_path)
    (refusal,) = reading.read_part(part, reading.context(OUTLETS), taken=frozenset({"x"}))
    assert refusal.kind == "duplicate-id"


def test_files_of_one_name_in_two_folders_get_different_ids(tmp_path):
    for year in ("2023", "2024"):
        (tmp_path / year).mkdir()
        (tmp_path / year / "a.txt").write_text(STORY)
    found = run(tmp_path, {"path": "**/*.txt", "constants": {"outlet": "post"}})
    assert [f.doc_id for f in found] == ["s0:2023/a", "s0:2024/a"]


def test_a_correction_that_does_not_fit_stops_the_build(tmp_path):
    write_rows(tmp_path / "a.jsonl", [{"id": "x", "source": "post", "text": STORY}])
    fix = corrections.Correction("x", "set", "r", {"sha256": corrections.text_hash(STORY)}, {"date": "2024"})
    assert run(tmp_path, {"path": "*"}, corrections={"x": (fix,)})[0].published == "2024"
    write_rows(tmp_path / "a.jsonl", [{"id": "x", "source": "post", "text": STORY + " More."}])
    with pytest.raises(DiscourseError, match="the source has changed"):
        run(tmp_path, {"path": "*"}, corrections={"x": (fix,)})


def test_paragraphs_that_an_outlet_repeats_are_removed_in_a_second_pass(tmp_path):
    notice = "This invented paper is printed on paper made of invented trees."
    rows = [{"id": str(i), "source": "post", "text": f"{STORY} Number {i}.\n{notice}"} for i in range(5)]
    write_rows(tmp_path / "a.jsonl", [*rows, {"id": "t", "source": "times", "text": f"{STORY}\n{notice}"}])
    made = [sources.make({"source_id": "s", "collection": "news", "path": "*"})]
    found = repeated.find_repeated(reading.plan_parts(made, tmp_path), reading.context(OUTLETS))
    assert [(r.outlet_id, r.documents, r.first, r.has_hit) for r in found] == [("post", 5, "0", False)]
    documents = list(reading.read_documents(made, tmp_path, outlets=OUTLETS, repeated=repeated.marks(found)))
    assert [notice in d.text for d in documents] == [True] + [False] * 4 + [True]
    assert documents[1].notes == (("repeated", 1),)
    assert documents[1].boilerplate_share == pytest.approx(len(notice) / len(rows[0]["text"]))


def test_audit_counts_add_up_in_any_grouping(tmp_path):
    rows = [{"id": i % 7, "source": "post" if i % 3 else "?", "text": STORY if i % 4 else ""} for i in range(30)]
    write_rows(tmp_path / "a.jsonl", rows)
    made = run(tmp_path, {"path": "*"})
    whole, first, second = Audit(), Audit(), Audit()
    for index, item in enumerate(made):
        whole.add(item)
        (first if index < 11 else second).add(item)
    first.merge(second)
    assert first.rows() == whole.rows()
    (row,) = whole.rows()
    assert row["read"] == 30 == row["kept"] + row["refused"]
    assert sum(row["kinds"].values()) == row["refused"]
    kinds = Counter(f.kind for f in made if isinstance(f, Refusal))
    assert row["empty"] == kinds["empty"] > 0


def test_guessed_sources_load_and_explain_themselves(tmp_path):
    (tmp_path / "post").mkdir()
    for number in (1, 2):
        (tmp_path / "post" / f"{number}.txt").write_text(STORY)
    (tmp_path / "table.csv").write_text(
        f"nr;headline;when;body;link\n1;A;23/08/2023;{STORY};https://post.example/1\n2;B;03/04/2023;{STORY};https://post.example/2\n"
    )
    (tmp_path / "picture.png").write_bytes(b"x")
    nexis = f"A title\nExample Times\nMay 1, 2023\nBody\n{STORY}\nEnd of Document\n"
    (tmp_path / "export.txt").write_text(nexis)
    text = guess.write_sources(tmp_path, outlets=OUTLETS)
    assert "picture.png" in text
    assert "# day_first = true" in text
    path = tmp_path / "sources.toml"
    path.write_text(text)
    loaded = {source.source_id: source for source in sources.load(path)}
    assert {name: source.format for name, source in loaded.items()} == {
        "export": "nexis",
        "post_txt": "txt",
        "table": "csv",
    }
    assert loaded["table"].columns == {"title": "headline", "text": "body", "date": "when", "url": "link"}
    rows, messages = both(path, tmp_path, outlets=OUTLETS)
    assert {row["file"]: (row["kept"], row["refused"]) for row in rows} == {
        "export.txt": (1, 0),
        "post/1.txt": (1, 0),
        "post/2.txt": (1, 0),
        "table.csv": (1, 1),
    }
    assert any("03/04/2023" in message and "day_first" in message for message in messages)


def test_check_gives_snippets_for_unknown_outlets(tmp_path):
    write_rows(
        tmp_path / "a.jsonl", [{"id": "1", "source": "The New Paper", "url": "https://new.example/1", "text": STORY}]
    )
    (tmp_path / "sources.toml").write_text('[[source]]\nsource_id = "a"\npath = "a.jsonl"\ncollection = "news"\n')
    _, messages = both(tmp_path / "sources.toml", tmp_path, outlets=OUTLETS)
    (message,) = messages
    (tmp_path / "outlets.toml").write_text(message[message.index("[[outlet]]") :])
    outlets = load_outlets(tmp_path / "outlets.toml")
    rows, messages = both(tmp_path / "sources.toml", tmp_path, outlets=outlets)
    assert (rows[0]["kept"], messages) == (1, [])


@pytest.mark.shared
def test_every_file_of_the_shared_corpus(shared, root):
    corpus = root / "corpus"
    made = sources.load(corpus / "sources.toml")
    fixes = corrections.load(corpus / "corrections.toml")
    audit = Audit()
    texts = []
    for item in reading.read_documents(
        made, shared / "corpus", outlets=load_outlets(corpus / "outlets.toml"), corrections=fixes
    ):
        audit.add(item)
        texts += [item.text] if isinstance(item, Document) and item.collection == "news" else []
    kept = {row["file"]: row["kept"] for row in audit.rows()}
    assert kept["un/ungdc.parquet"] == 6037
    assert sum(n for name, n in kept.items() if name.startswith("news/")) == 731
    assert sum(n for name, n in kept.items() if name.startswith("seeds/")) == 5
    assert {(name, kind) for name, counts in audit.files.items() for kind in counts.kinds} == {
        ("un/ungdc.parquet", "filtered")
    }
    assert sum(row["undated"] for row in audit.rows()) == 5
    for leftover in (
        "Continue reading...",
        "appeared first on",
        "Skip to content",
        "{%",
        "enable JavaScript",
    ):
        assert not any(leftover in text for text in texts)


def test_a_source_whose_files_all_belong_to_another_says_so(tmp_path):
    write_rows(tmp_path / "a.jsonl", [{"id": "1", "outlet": "Example Times", "text": STORY}])
    with pytest.raises(
        DiscourseError, match=r"source s1: all 1 file\(s\) that match 'a.jsonl' belong to a source above"
    ):
        run(tmp_path, {"path": "*.jsonl"}, {"path": "a.jsonl"})
    with pytest.raises(DiscourseError, match=r"source s1: no file in .* matches 'b.jsonl'"):
        run(tmp_path, {"path": "*.jsonl"}, {"path": "b.jsonl"})


def mixed_files(folder):
    """Files of many kinds, with bad records, records that share a line, and a second record of one id."""
    import zipfile

    import pyarrow as pa
    import pyarrow.parquet as pq

    made = [
        {"id": f"d{i}", "date": f"2024-03-{1 + i:02d}", "source": "The Example Post", "title": f"T{i}", "text": STORY}
        for i in range(12)
    ]
    several = {"articles": [{**made[3], "id": "x"}, {**made[4], "id": "y"}]}
    lines = [*made[:4], several, {**made[0]}, {**made[5], "date": "2024-02-31"}, made[6]]
    text = "".join(json.dumps(row) + "\n\n" * (i % 2) + "\n" * (1 - i % 2) for i, row in enumerate(lines))
    (folder / "a.jsonl").write_text(text + "no JSON\n" + json.dumps(made[7]) + "\n", encoding="utf-8")
    pq.write_table(
        pa.Table.from_pylist([{**row, "year": 2000 + i} for i, row in enumerate(made)]), folder / "b.parquet"
    )
    heads = ",".join(made[0])
    cells = "".join(",".join(f'"{cell}"' for cell in row.values()) + "\n" for row in made)
    (folder / "c.csv").write_text(f"{heads}\n{cells}", encoding="utf-8")
    (folder / "d.json").write_text(json.dumps(made), encoding="utf-8")
    (folder / "e.txt").write_text(f"Title\n\n{STORY}", encoding="utf-8")
    with zipfile.ZipFile(folder / "f.zip", "w") as archive:
        for name in ("a.jsonl", "b.parquet", "e.txt"):
            archive.write(folder / name, name)
    rows = [
        {"path": name, "id_prefix": f"{name}-", "language": "en"}
        for name in ("a.jsonl", "b.parquet", "c.csv", "d.json", "f.zip")
    ]
    rows[1]["filters"] = {"year": {"minimum": 2003}}
    return [*rows, {"path": "e.txt", "language": "en", "constants": {"outlet": "post"}}]


def test_of_a_piece_some_records_alone_are_read_as_they_are_among_all(tmp_path, monkeypatch):
    from dataclasses import replace

    from analysis.texts.read.formats import mend, parquet

    monkeypatch.setattr(parquet, "CHUNK", 300)
    made = [
        sources.make({"source_id": f"s{i}", "collection": "news", **row}) for i, row in enumerate(mixed_files(tmp_path))
    ]
    parts, context = reading.plan_parts(made, tmp_path), reading.context(OUTLETS)
    mended = []
    monkeypatch.setattr(
        reading.readers, "mend_record", lambda record: mended.append(record) or mend.mend_record(record)
    )
    kinds = set()
    for part in parts:
        everything = [m for m in reading.read_part(part, context) if isinstance(m, Document)]
        for wanted in (everything[::2], everything[1::3], everything[-1:], []):
            mended.clear()
            narrow = replace(part, only=frozenset(document.origin for document in wanted))
            assert list(reading.read_part(narrow, context)) == wanted
            assert len(mended) == len(wanted)
        kinds.add((part.format, len(everything) > 2))
    assert {("jsonl", True), ("parquet", True), ("csv", True), ("json", True), ("zip", True), ("txt", False)} <= kinds
