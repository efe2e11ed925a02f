"""Paragraphs that an outlet repeats: found at the edges, never one that is counted, the first copy left, all listed."""

from __future__ import annotations

import random

import pytest

from analysis.errors import DiscourseError
from analysis.study import sources
from analysis.study.settings import Outlet
from analysis.texts.clean import repeated
from analysis.texts.clean.boilerplate import Repeated, edge_lines, paragraph_key, strip
from analysis.texts.read import reading

OUTLETS = {"times": Outlet("times", "Times", "XXX", "unknown"), "post": Outlet("post", "Post", "XXX", "unknown")}
NOTICE = "Readers find the weather of the week and the times of all boats on page fourteen."
WORDS = "road rice river bridge harbour school teacher market price trader border truck rain field"
FORMULA = "The two towns are ironclad friends and will stay so, as this paper always says."


def body(seed, lines=8):
    pick = random.Random(seed)
    words = WORDS.split()
    return [f"The {' '.join(pick.choice(words) for _ in range(9))} was there." for _ in range(lines)]


def study(folder, texts, **more):
    """texts: file name -> (outlet, day, lines)."""
    for name, (outlet, day, lines) in texts.items():
        head = f"---\noutlet: {outlet}\ndate: {day}\n---\n" if day else f"---\noutlet: {outlet}\n---\n"
        (folder / name).write_text(head + "\n\n".join(lines), encoding="utf-8")
    made = [sources.make({"source_id": "s", "collection": "news", "path": "*.txt", **more})]
    parts, context = reading.plan_parts(made, folder), reading.context(OUTLETS)
    found = repeated.find_repeated(parts, context, lambda text: "ironclad" in text)
    documents = reading.read_documents(made, folder, outlets=OUTLETS, repeated=repeated.marks(found))
    return found, {d.doc_id.partition(":")[2]: d for d in documents}, repeated.in_words(found, parts, context)


def test_the_earliest_copy_stays_whatever_the_order_of_the_files(tmp_path):
    days = ["2023-05-05", "2023-02-01", "2023-09-09", None, "2023-03-03"]
    texts = {f"{i}.txt": ("times", day, [*body(i), NOTICE]) for i, day in enumerate(days)}
    found, documents, lines = study(tmp_path, texts)
    assert [(r.documents, r.first, r.has_hit) for r in found] == [(5, "s:1", False)]
    assert [NOTICE in documents[str(i)].text for i in range(5)] == [False, True, False, False, False]
    assert lines[0].startswith("times, in 5 documents, taken out of 4: 'Readers find")
    assert f'keep_repeated = ["{paragraph_key(NOTICE):016x}"] in source s' in lines[0]


def test_a_paragraph_with_a_match_of_the_codebook_stays_and_is_listed_with_the_line_that_drops_it(tmp_path):
    texts = {f"{i}.txt": ("times", "2023-05-05", [*body(i), FORMULA]) for i in range(6)}
    found, documents, lines = study(tmp_path, texts)
    assert [r.has_hit for r in found] == [True] and repeated.marks(found) == {}
    assert all(FORMULA in d.text for d in documents.values())
    assert f'drop_repeated = ["{paragraph_key(FORMULA):016x}"]' in lines[0] and "matches" in lines[0]


def test_the_user_keeps_or_drops_a_paragraph_by_its_key(tmp_path):
    texts = {f"{i}.txt": ("times", "2023-05-05", [FORMULA, *body(i), NOTICE]) for i in range(6)}
    keys = {"keep_repeated": [f"{paragraph_key(NOTICE):016x}"], "drop_repeated": [f"{paragraph_key(FORMULA):016x}"]}
    _, documents, _ = study(tmp_path, texts, **keys)
    assert all(NOTICE in d.text and FORMULA not in d.text for d in documents.values())
    with pytest.raises(DiscourseError, match="16 of 0-9"):
        sources.make({"source_id": "s", "collection": "news", "path": "*", "keep_repeated": ["12"]})


def test_reprints_of_one_outlet_keep_all_their_words(tmp_path):
    texts = {f"{i}.txt": ("times", f"2023-05-0{i + 1}", body(99)) for i in range(4)}
    texts |= {f"x{i}.txt": ("times", "2023-01-01", body(i)) for i in range(8)}
    _, documents, _ = study(tmp_path, texts)
    assert len(documents) == 12
    assert {documents[str(i)].text for i in range(4)} == {documents["0"].text}


def test_addresses_other_outlets_the_middle_and_rare_paragraphs_stay(tmp_path):
    address = "Excellencies, distinguished guests, ladies and gentlemen of this great hall,"
    middle = "This is a paragraph of background that stands in the midst of the texts of this paper."
    texts = {f"{i}.txt": ("times", None, [address, *body(i)[:4], middle, *body(i)[4:]]) for i in range(6)}
    texts |= {f"p{i}.txt": ("post", None, [*body(50 + i), NOTICE]) for i in range(3)}
    found, documents, lines = study(tmp_path, texts)
    assert found == [] and lines == []
    assert all(middle in documents[str(i)].text and address in documents[str(i)].text for i in range(6))


def test_pieces_add_up_in_any_cut_and_order(tmp_path):
    for i in range(9):
        (tmp_path / f"{i}.txt").write_text("---\noutlet: times\n---\n" + "\n\n".join([*body(i), NOTICE]))
    made = [sources.make({"source_id": "s", "collection": "news", "path": "*.txt"})]
    parts, context = reading.plan_parts(made, tmp_path), reading.context(OUTLETS)
    counts = [repeated.count_part(part, context) for part in parts]
    first, second = repeated.find(counts), repeated.find(counts[::-1])
    assert [r._replace(piece=0) for r in first] == [r._replace(piece=0) for r in second]
    assert parts[first[0].piece].name == parts[::-1][second[0].piece].name == "0.txt"
    assert repeated.find([]) == [] and repeated.find([{}]) == []


def test_sources_without_boilerplate_are_not_read(tmp_path):
    texts = {f"{i}.txt": ("times", None, [*body(i), NOTICE]) for i in range(6)}
    found, documents, _ = study(tmp_path, texts, boilerplate="none")
    assert found == [] and all(NOTICE in d.text for d in documents.values())


def test_the_edge_of_a_text_grows_with_it():
    text = "\n".join(f"A line of more than twenty letters {i:02d}" for i in range(40))
    lines = [text[a:b][-2:] for a, b in edge_lines(text)]
    assert lines == [f"{i:02d}" for i in [*range(6), *range(27, 40)]]
    assert [text[a:b] for a, b in edge_lines("A line of more than twenty letters\nshort")] == [
        "A line of more than twenty letters"
    ]
    assert edge_lines("") == []
    key = paragraph_key("A line of more than twenty letters 00")
    assert strip(text, repeated=Repeated({key: "x"}, "x")).spans == ()
    assert [span.kind for span in strip(text, repeated=Repeated({key: "x"}, "y")).spans] == ["repeated"]
