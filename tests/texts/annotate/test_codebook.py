"""Reading codebooks, the notation of patterns, and the codebook of the study itself."""

from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.texts.annotate import codebook as codebooks
from analysis.texts.annotate.codebook import Codebook, Entry, Frame, conditions
from analysis.texts.annotate.matcher import Matcher
from analysis.texts.coding import codings
from analysis.texts.concordance import codebook_report


def book(*entries: dict, **frame) -> Codebook:
    made = tuple(Entry(**({"id": f"e{i}", "frame": "f", "category": "c"} | e)) for i, e in enumerate(entries))
    return Codebook((Frame("f", "F", "", made, **frame),))


def found(codebook: Codebook, text: str) -> list[tuple[str, str]]:
    return [(text[m.start : m.end], m.entry.id) for m in Matcher(codebook).scan(text)]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("iron-clad", "Iron-clad, IRON CLAD and ironclad; ironclads", ["Iron-clad", "IRON CLAD", "ironclad"]),
        ("hedg*", "hedging and hedges, unhedged", ["hedging", "hedges"]),
        ("wom?n", "woman, women, womn", ["woman", "women"]),
        ("debt trap", "a debt-trap and a debt\ntrap", ["debt-trap"]),
        (
            "community (of|with) {0,1} shared future",
            "community with a shared future; community of shared future; community of one two shared future",
            ["community with a shared future", "community of shared future"],
        ),
        ("[no] alliance", "no alliance, an alliance", ["alliance"]),
        ("balance [between]", "balance between them; in balance", ["balance"]),
        (
            "balance {0,1} [between]",
            "balance between; balance right between; balance one two between",
            ["balance", "balance"],
        ),
        ("neutrality", "neutrality's end, neutrality’s, neutrality-first", ["neutrality", "neutrality"]),
        ("people's republic", "the People’s Republic", ["People’s Republic"]),
    ],
)
def test_notation(pattern, text, expected):
    assert [surface for surface, _ in found(book({"pattern": (pattern,)}), text)] == expected


def test_longest_match_wins_and_each_word_counts_once():
    codebook = book({"pattern": ("satellite",)}, {"pattern": ("satellite state",)}, {"pattern": ("state of the art",)})
    assert found(codebook, "a satellite state of the art") == [("state of the art", "e2"), ("satellite", "e0")][::-1]
    assert found(codebook, "a satellite state") == [("satellite state", "e1")]


def test_frames_share_words_unless_the_scope_is_the_codebook():
    one = Entry("a", "f", ("iron friend",), "c")
    two = Entry("b", "g", ("friend",), "c")
    for scope, number in (("frame", 2), ("codebook", 1)):
        codebook = Codebook((Frame("f", "", "", (one,), nested_scope=scope), Frame("g", "", "", (two,))))
        assert len(Matcher(codebook).scan("an iron friend")) == number


def test_exclude_requires_forbids():
    codebook = book(
        {"pattern": ("hedg*",), "exclude": ("hedge fund*",), "forbids": ("garden*",)},
        {"pattern": ("steadfast",), "requires": ("friend*",), "requires_within": 2},
    )
    assert found(codebook, "A hedge fund hedged.") == [("hedged", "e0")]
    assert found(codebook, "The garden has a hedge.") == []
    assert found(codebook, "a steadfast old friend") == [("steadfast", "e1")]
    assert found(codebook, "steadfast in all that a friend does") == []


@pytest.mark.parametrize(
    ("requires", "text", "number"),
    [
        ("object: power*", "dependence on a great power", 1),
        ("object: power*", "the power grew; dependence on rice", 0),
        ("owner: kingdom", "the kingdom's dependence grew", 1),
        ("owner: kingdom", "dependence in a kingdom", 0),
        ("subject: kingdom", "the kingdom has a growing dependence", 1),
        ("subject: kingdom", "the kingdom grew, but dependence ended", 0),
        ("clause: ally", "dependence on its old ally", 1),
        ("clause: ally", "dependence grew, and the ally left", 0),
    ],
)
def test_conditions_name_a_relation(requires, text, number):
    assert len(found(book({"pattern": ("dependence",), "requires": (requires,)}), text)) == number


def test_an_unknown_relation_is_refused(tmp_path):
    lines = '[[entry]]\nid = "a"\ncategory = "c"\npattern = "be*"\nrequires = ["objekt: x"]\n'
    (tmp_path / "f.toml").write_text(lines, encoding="utf-8")
    with pytest.raises(DiscourseError, match="objekt"):
        codebooks.load(tmp_path)


def test_core_and_shared_conditions_of_a_frame(tmp_path):
    lines = 'core = ["c"]\nforbids = ["stadium"]\n'
    for name in ("c", "d"):
        lines += f'[[entry]]\nid = "{name}"\ncategory = "{name}"\npattern = "{name}alm"\n'
    (tmp_path / "f.toml").write_text(lines, encoding="utf-8")
    codebook = codebooks.load(tmp_path)
    assert [codebook.frame("f").is_core(name) for name in ("c", "d")] == [True, False]
    assert found(codebook, "calm, dalm") == [("calm", "c"), ("dalm", "d")]
    assert found(codebook, "calm in the stadium") == []
    (tmp_path / "f.toml").write_text(lines.replace('core = ["c"]', 'core = ["x"]'), encoding="utf-8")
    with pytest.raises(DiscourseError, match="core"):
        codebooks.load(tmp_path)


def test_case_sensitive_entries():
    codebook = book({"pattern": ("SCO",), "case_sensitive": True})
    assert [m.start for m in Matcher(codebook).scan("sco SCO Sco")] == [4]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[entry]]\nid = "a"\npattern = "b"\n', "category is missing"),
        ('[[entry]]\npattern = "b"\n', "entry 1: id, category are missing"),
        ('[[entry]]\nid = "a"\ncategory = "c"\npattern = "(b"\n', "cannot be read"),
        ('[[entry]]\nid = "a"\ncategory = "c"\npattern = "b"\npaterns = 1\n', "Did you mean 'pattern'"),
        ('[[entry]]\nid = "a"\ncategory = "c"\npattern = "bb"\n' * 2, "stands twice"),
        ('nested_scope = "all"\n', "frame, codebook"),
        ('[[entry]]\nid = "a"\ncategory = "c"\npattern = "bb"\nrequires = ["@stat"]\n', "@state"),
        ("x = [", "not valid TOML"),
    ],
)
def test_faulty_files_are_refused_with_file_and_reason(tmp_path, text, message):
    (tmp_path / "f.toml").write_text(text)
    with pytest.raises(DiscourseError, match=message) as error:
        codebooks.load(tmp_path)
    assert "f.toml" in str(error.value)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(DiscourseError, match="no codebook files"):
        codebooks.load(tmp_path)


def test_the_codebook_of_the_study_has_no_faults(root):
    codebook = codebooks.load(root / "corpus" / "codebook")
    assert [f.name for f in codebook.frames] == [
        "alignment",
        "dependence",
        "hedging",
        "ironclad",
        "neutrality",
        "sovereignty",
    ]
    findings = codebook_report.check(codebook)
    assert [f for f in findings if f.level == "error"] == []
    assert {(f.frame, f.entry) for f in findings} == {
        ("dependence", "at_the_mercy"),
        ("dependence", "bandwagoning"),
        ("ironclad", "ironclad"),
        ("hedging", "side_with"),
    }
    assert all(entry.source and entry.examples for entry in codebook.entries)


def test_the_document_is_generated_from_the_files(root):
    codebook = codebooks.load(root / "corpus" / "codebook")
    readings = codings.by_entry(codings.load(root / "corpus" / "codings"))
    assert (root / "docs" / "codebook.md").read_text(encoding="utf-8") == codebook_report.document(codebook, readings)


def test_check_finds_faults():
    codebook = book(
        {"pattern": ("neutral",), "source": "s", "examples": ("It is neutral.",)},
        {"pattern": ("neutral",), "source": "", "examples": ("It is neutral.",), "not_examples": ()},
        {"pattern": ("hedging",), "source": "s", "examples": ("It hedges.",), "not_examples": ("hedging",)},
    )
    messages = [f"{f.entry} {f.message}" for f in codebook_report.check(codebook)]
    assert any(m.startswith("e1 no source") for m in messages)
    assert any(m.startswith("e1 can never win: e0") for m in messages)
    assert any("stands in f/e0 too" in m for m in messages)
    assert any(m.startswith("e2 example 'It hedges.' does not match") for m in messages)
    assert any(m.startswith("e2 not_example") for m in messages)


def test_compare_tells_which_counts_changed():
    rows = codebook_report.compare({("f", "a"): 3, ("f", "b"): 2}, {("f", "a"): 3, ("f", "c"): 1})
    assert rows == [
        {"frame": "f", "entry": "b", "old_count": 2, "new_count": 0, "change": -2},
        {"frame": "f", "entry": "c", "old_count": 0, "new_count": 1, "change": 1},
    ]


def test_the_false_friends_of_all_frames_stand_in_one_file(tmp_path):
    frame = '[[entry]]\nid = "a"\npattern = ["anchor"]\ncategory = "c"\n'
    (tmp_path / "knots.toml").write_text(frame)
    assert found(codebooks.load(tmp_path), "a cook has an anchor") == [("anchor", "a")]
    (tmp_path / codebooks.SHARED).write_text('exclude = ["anchor chain"]\nforbids = ["agent: cook*"]\n')
    codebook = codebooks.load(tmp_path)
    assert [one.name for one in codebook.frames] == ["knots"]
    assert found(codebook, "a cook has an anchor") == found(codebook, "an anchor chain") == []
    assert found(codebook, "an anchor for a cook") == [("anchor", "a")]
    assert "False friends of all frames" in codebook_report.document(codebook)
    (tmp_path / codebooks.SHARED).write_text('forbids = ["agnet: cook*"]\n')
    with pytest.raises(DiscourseError, match=r"_shared.toml: relation: 'agnet'"):
        codebooks.load(tmp_path)
    (tmp_path / codebooks.SHARED).write_text("entry = []\n")
    with pytest.raises(DiscourseError, match="entry"):
        codebooks.load(tmp_path)


def test_conditions_that_a_frame_shares_are_compiled_once(root):
    book = codebooks.load(root / "corpus" / "codebook")
    frame = next(f for f in book.frames if len(f.entries) > 1)
    first, second = [entry for entry in frame.entries if not entry.unmistakable][:2]
    shared = codebooks.shared_conditions(first.frame_forbids)
    assert shared and first.shared_bars == shared
    assert all(a is b for a, b in zip(first.shared_bars, second.shared_bars, strict=True))
    own = next(e for f in book.frames for e in f.entries if e.forbids)
    mine = [condition.regex for condition in codebooks.conditions(own.forbids, own.id)]
    assert [condition.regex for condition in own.bars[: len(mine)]] == mine != []


def test_expressions_are_compiled_when_a_text_first_needs_them(root):
    codebooks.compiled.cache_clear()
    made = Matcher(codebooks.load(root / "corpus" / "codebook"))
    assert codebooks.compiled.cache_info().currsize == 0
    assert made.candidates("a plate of soup") == [] and codebooks.compiled.cache_info().currsize == 0
    example = made.codebook.entries[0].examples[0].lower()
    assert made.candidates(example) and 0 < codebooks.compiled.cache_info().currsize < 50


@pytest.mark.parametrize(
    ("forbids", "text", "hits"),
    [
        ("agent: @person", "The tailor leans over.", 0),
        ("agent: @person", "The kingdom leans over.", 1),
        ("agent: @person", "The tailor fears the kingdom leans over.", 1),
        ("agent: @creature", "The tailor leans over.", 1),
        ("object: @thing", "It leans on the new clarinet.", 0),
        ("object: @thing", "It leans on the minister.", 1),
        ("owner: @thing", "The clarinet's maker leans over.", 0),
        ("clause: @everyday", "It leans where tailors mend a clarinet.", 1),
        ("clause: @everyday", "It leans on tailors with a clarinet.", 0),
        ("clause: @everyday", "It leans on tailors.", 1),
    ],
)
def test_nouns_of_people_and_things_forbid_a_match(forbids, text, hits):
    assert len(found(book({"pattern": ("leans",), "forbids": (forbids,)}), text)) == hits


def test_an_unmistakable_entry_takes_no_nouns_of_its_frame():
    entries = [
        Entry("e", "f", ("leans",), "c", frame_forbids=("agent: @person", "over"), unmistakable=plain)
        for plain in (False, True)
    ]
    first, second = (Matcher(Codebook((Frame("f", "F", "", (entry,)),))) for entry in entries)
    assert [len(first.scan("The tailor leans.")), len(second.scan("The tailor leans."))] == [0, 1]
    assert not second.scan("The tailor leans over.")


def test_a_condition_is_tried_where_a_word_begins_as_one_of_few_or_many():
    for patterns in (["quay*", "net"], ["quay*", "net", *(f"word{n}" for n in range(10, 99))]):
        (condition,) = conditions(patterns, "here")
        assert condition.may_match("their quays")
        assert not condition.may_match("a magnet")  # the beginning stands within a word
        assert not condition.may_match("a boat")
