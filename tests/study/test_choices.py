"""choices.toml: what is read, what is refused with what is allowed, and which combinations follow."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from analysis.errors import DiscourseError, NothingFound
from analysis.study.choices import Choices, choices_file, load_choices

TEXT = """
[[curve]]
id = "floods"
label = "Floods"
run = "floods_run"
set = { frame = "danger" }

[curve.choices]
words = []
unit = ["week", "month"]
voice = []

[[choice]]
id = "words"
label = "Words"
preferred = "core"
alternative = [
  { id = "core", reason = "Only the stance.", set = { categories = "core" } },
  { id = "all", reason = "Formulae too.", set = { categories = "all" } },
]

[[choice]]
id = "unit"
label = "Unit"
preferred = "month"
alternative = [
  { id = "week", reason = "Many.", set = { unit = "week" } },
  { id = "month", reason = "Independent.", set = { unit = "month" } },
  { id = "year", reason = "Rare.", set = { unit = "year" } },
]

[[choice]]
id = "voice"
label = "Voice"
preferred = "all"
alternative = [
  { id = "all", reason = "Both.", set = { voice = "all" } },
  { id = "own", reason = "Its own.", set = { voice = "own" } },
]

[[rule]]
never = { words = ["all"], voice = ["own"] }
reason = "Formulae are quoted."
"""


@pytest.fixture
def write(tmp_path: Path):
    def written(text: str) -> Choices:
        path = tmp_path / "choices.toml"
        path.write_text(text, encoding="utf-8")
        return load_choices(path)

    return written


def test_all_combinations_but_the_senseless_ones_the_preferred_first(write):
    found = write(TEXT)
    curve = found.curve("floods")
    assert found.count(curve) == 8
    combinations = found.combinations(curve)
    assert len(combinations) == 6  # words all x voice own x two units are left out
    first = combinations[0]
    assert first.alternatives == {"words": "core", "unit": "month", "voice": "all"} and first.is_preferred
    assert first.set == {"frame": "danger", "categories": "core", "unit": "month", "voice": "all"}
    assert [one.is_preferred for one in combinations].count(True) == 1
    assert len({tuple(one.alternatives.items()) for one in combinations}) == 6
    assert not any(one.alternatives["words"] == "all" and one.alternatives["voice"] == "own" for one in combinations)
    assert {one.alternatives["unit"] for one in combinations} == {"week", "month"}


def test_a_sample_keeps_the_preferred_one_and_repeats_with_its_seed(write):
    found = write(TEXT)
    curve = found.curve("floods")
    drawn = found.combinations(curve, sample=3, seed=5)
    assert len(drawn) == 3 and drawn[0].is_preferred
    assert drawn == found.combinations(curve, sample=3, seed=5)
    assert len({tuple(found.combinations(curve, sample=3, seed=s)[1].alternatives.values()) for s in range(30)}) > 2
    assert len(found.combinations(curve, sample=99)) == 6


def test_combinations_are_drawn_with_equal_chances(write):
    found = write(TEXT)
    curve = found.curve("floods")
    often = Counter(
        tuple(one.alternatives.values()) for s in range(300) for one in found.combinations(curve, sample=2, seed=s)[1:]
    )
    assert len(often) == 5 and min(often.values()) > 35


def many(choices: int) -> str:
    names = [f"c{i}" for i in range(choices)]
    head = '[[curve]]\nid = "big"\nlabel = "Big"\nrun = "r"\n[curve.choices]\n' + "".join(f"{n} = []\n" for n in names)
    return head + "".join(
        f'[[choice]]\nid = "{n}"\nlabel = "{n}"\npreferred = "a"\nalternative = [\n'
        + ",\n".join(f'{{ id = "{a}", reason = "r", set = {{ {n} = "{a}" }} }}' for a in "abc")
        + "]\n"
        for n in names
    )


def test_more_than_can_be_listed_are_drawn_and_never_listed(write):
    found = write(many(15))
    curve = found.curve("big")
    assert found.count(curve) == 3**15
    drawn = found.combinations(curve, sample=200, seed=1)
    assert len({tuple(one.alternatives.values()) for one in drawn}) == 200 and drawn[0].is_preferred
    with pytest.raises(DiscourseError, match=r"14,348,907 combinations are too many.* sample = 500"):
        found.combinations(curve, sample=0)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('id = "floods"', 'id = "floods"\nlable = "x"', r"curve floods: key of curve: 'lable' is not allowed.*'label'"),
        ("words = []", "wrods = []", r"choices: 'wrods' is not allowed; allowed: words, unit, voice.*'words'"),
        (
            'unit = ["week", "month"]',
            'unit = ["weak"]',
            r"choices\.unit: 'weak' is not allowed; allowed: week, month, year",
        ),
        ('unit = ["week", "month"]', 'unit = ["week"]', r"preferred unit: 'month' is not allowed; allowed: week\."),
        (
            'preferred = "core"',
            'preferred = "cores"',
            r"choice words: preferred: 'cores' is not allowed; allowed: core, all",
        ),
        (
            'words = ["all"], voice = ["own"]',
            'words = ["core"], voice = ["all"]',
            r"a rule forbids the preferred.*Formulae",
        ),
        (
            'words = ["all"], voice',
            'words = ["al"], voice',
            r"rule 1: never\.words: 'al' is not allowed; allowed: core, all",
        ),
        ('set = { voice = "own" }', 'set = { unit = "week" }', r"choices unit and voice both set unit"),
        ('reason = "Its own."', 'reason = " "', r"voice, alternative own: say its reason"),
        ('run = "floods_run"', "", r"curve floods: run is missing; keys: id, label"),
        ('run = "floods_run"', 'run = "floods_run"\nthrough = "mail"', r"through: 'mail'.*allowed: store, notebook"),
        ('run = "floods_run"', 'run = "floods_run"\nsample = -1', r"sample = -1; give 0"),
        ('id = "week"', 'id = "month"', r"choice unit: id 'month' stands twice"),
        ("[[rule]]", "[[rules]]", r"table: 'rules' is not allowed; allowed: curve, choice, rule"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_allowed(write, old, new, reason):
    assert old in TEXT
    with pytest.raises(DiscourseError, match=reason):
        write(TEXT.replace(old, new, 1))


def test_one_alternative_is_no_choice(write):
    only = TEXT.replace('  { id = "own", reason = "Its own.", set = { voice = "own" } },\n', "")
    with pytest.raises(DiscourseError, match="choice voice: 1 alternative"):
        write(only.replace('voice = ["own"]', 'voice = ["all"]'))


def test_an_unknown_curve_lists_those_there_are(write):
    with pytest.raises(
        DiscourseError, match=r"choices: 'flods' is not allowed; allowed: floods\. Did you mean 'floods'"
    ):
        write(TEXT).curve("flods")
    with pytest.raises(DiscourseError, match="sample: -2 is not allowed"):
        write(TEXT).combinations(write(TEXT).curve("floods"), sample=-2)


def test_a_project_without_the_file_has_no_curves(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "plan.toml").write_text("")
    monkeypatch.chdir(tmp_path / "notebooks")
    assert choices_file() == tmp_path / "notebooks" / "choices.toml"
    assert load_choices() == Choices()


def test_the_study_declares_a_curve_for_each_and_reasons_for_all(monkeypatch, root):
    monkeypatch.chdir(root)
    found = load_choices()
    for curve in found.curves.values():
        combinations = found.combinations(curve, sample=50)
        assert combinations[0].is_preferred and all(set(curve.set) <= set(one.set) for one in combinations)
    used = {name for curve in found.curves.values() for name in curve.choices}
    assert len(used) >= 12


def test_a_curve_without_some_alternatives_keeps_the_rest_in_order(write):
    found = write(TEXT)
    curve = found.narrowed(found.curve("floods"), {"unit": ("week",), "words": ("core", "all")})
    assert found.options(curve) == {"words": ["core", "all"], "unit": ["week"], "voice": ["all", "own"]}
    assert found.combinations(curve)[0].alternatives["unit"] == "week" and found.combinations(curve)[0].is_preferred
    with pytest.raises(DiscourseError, match="no alternative of choice unit can be taken here"):
        found.narrowed(found.curve("floods"), {"unit": ()})


def test_a_study_without_curves_has_nothing_to_draw_and_is_told_where_they_are_declared(tmp_path):
    with pytest.raises(NothingFound, match=r"declares no \[\[curve\]\], so there is no 'floods'; choices.toml"):
        load_choices(tmp_path / "choices.toml").curve("floods")
