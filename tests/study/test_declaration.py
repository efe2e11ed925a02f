"""What a study declares: an invented one read, written into a manifest and back, and every way to get it wrong."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.frames.tally import unit_of
from analysis.store import StoreWriter, open_store
from analysis.study.declaration import UNITS, Collection, Group, Study, load_study

ERAS = """
[[era]]
era_id = "late"
label = "The late years"
start = 2010-01-01
reason = "r"
source = "s"

[[era]]
era_id = "early"
label = "The early years"
short = "early"
colour = "#112233"
start = 2000-01-01
end = 2010-01-01
reason = "r"
source = "s"
order = 1
"""
STUDY = """
[study]
name = "harbours"
title = "Harbours"
focal_state = "ATL"

[[collection]]
id = "press"
unit = "month"

[[side]]
id = "sailors"
label = "Sailors"

[[side]]
id = "analyst"
label = "scholars"

[[genre]]
id = "long_read"

[[outlet_type]]
id = "local"

[[event]]
id = "flood"
label = "flood of 2012"
date = 2012-05-01

[[event]]
id = "handover"
label = "handover"
date = 2010-01-01
start = 2009-12-01
kind = "transition"

[[event]]
id = "strike"
label = "strike"
date = 2004-05-01

[[group]]
id = "home"
country = ["ATL"]
type = ["local"]

[[group]]
id = "two_of_them"
label = "Two"
outlets = ["a", "b"]

[[frame_kind]]
id = "relational"
frames = ["anchor"]
categories = ["knots"]

[[own_document]]
id = "speeches"
collection = ["press"]
outlets = ["a"]
"""


def write(folder, study=STUDY, eras=ERAS):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.toml").write_text(study)
    (folder / "eras.toml").write_text(eras)
    return folder


def test_a_study_is_read_whole(tmp_path):
    study = load_study(write(tmp_path))
    assert (study.name, study.title, study.focal_state) == ("harbours", "Harbours", "ATL")
    assert study.ids("eras") == ("early", "late")
    assert study.labels("eras") == {"early": "The early years", "late": "The late years"}
    assert study.collection("press") == Collection("press", unit="month")
    assert study.transition.window == ("2009-12-01", "2010-01-01")
    assert [event.id for event in study.rivals] == ["strike", "flood"]
    assert study.labels("genres") == {"long_read": "long read"}


def test_the_engines_own_sides_are_always_there(tmp_path):
    sides = load_study(write(tmp_path)).labels("sides")
    assert sides == {
        "sailors": "Sailors",
        "analyst": "scholars",
        "media": "journalists",
        "other": "other",
        "outlet": "the outlet",
        "unknown": "unnamed",
    }


def test_eras_come_out_in_order_of_time(tmp_path):
    study = load_study(write(tmp_path))
    assert study.in_time(["late", "early", "late"]) == ["early", "late"]
    with pytest.raises(DiscourseError, match=r"era: 'erly' is not allowed; allowed: early, late. Did you mean 'early'"):
        study.in_time(["erly"])


def test_groups_by_name_or_by_rule():
    named, ruled = Group("g", outlets=("a",)), Group("h", country=("ATL", "LEM"), type=("local",))
    assert named.holds("a") and not named.holds("b", country="ATL")
    assert ruled.holds("x", country="LEM", type="local")
    assert not ruled.holds("x", country="LEM", type="wire")
    assert not ruled.holds("x", country="LEM")
    assert Group("all").holds("x") and Group("all").name == "all"


def test_a_sample_stands_for_those_of_its_outlets_that_are_there(tmp_path):
    study = load_study(write(tmp_path, STUDY + SAMPLE))
    assert study.labels("samples") == {"few": "few"}
    assert study.outlets_of(["few"], ["a", "c"]) == ["a"]
    assert study.outlets_of(["b", "few"], ["a", "b", "c"]) == ["b", "a"]
    assert study.outlets_of(["few"], ["z"]) == ["few"]  # nothing of it is there: left for the check to name
    assert study.outlets_of([], ["a"]) == []
    with pytest.raises(DiscourseError, match="sample few: outlets is empty; name its outlets one by one"):
        load_study(write(tmp_path, STUDY + SAMPLE.replace('["a", "b"]', "[]")))


SAMPLE = """
[[sample]]
id = "few"
outlets = ["a", "b"]
"""


def test_kinds_hold_frames_and_categories(tmp_path):
    study = load_study(write(tmp_path))
    assert study.is_kind("relational", "anchor") and study.is_kind("relational", "x", "knots")
    assert not study.is_kind("relational", "x", "y") and not study.is_kind("stance", "anchor")
    with pytest.raises(DiscourseError, match=r"kind of frame: 'relation'.*Did you mean 'relational'"):
        study.is_kind("relation", "anchor")


def test_a_list_left_out_is_not_checked(tmp_path, monkeypatch):
    write(tmp_path)
    (tmp_path / "study.toml").unlink()
    assert load_study(tmp_path).name == "cambodia-discourse"  # an older folder has the project's own
    monkeypatch.setenv("DISCOURSE_CORPUS", str(tmp_path / "elsewhere"))
    study = load_study(tmp_path)
    assert study.ids("eras") == ("early", "late") and study.ids("genres") == ()
    study.require("genres", "anything")
    assert study.collection("anything").unit == "week" and study.transition is None
    with pytest.raises(DiscourseError, match="genre: 'poem' is not allowed; allowed: long_read"):
        load_study(write(tmp_path)).require("genres", "poem")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[[side]]", "[[sides]]", ["table: 'sides'", "Did you mean 'side'"]),
        ('title = "Harbours"\n', "", ["study: title is missing"]),
        ('unit = "month"', 'unit = "moon"', ["collection press: unit: 'moon'", "week, month, year, document"]),
        ('unit = "month"', 'uint = "month"', ["collection press", "key of collection: 'uint'", "Did you mean 'unit'"]),
        ('id = "flood"', 'id = "the flood"', ["event 'the flood': an id has lower-case letters"]),
        ('id = "flood"', 'id = "strike"', ["event: id 'strike' stands twice"]),
        ("date = 2012-05-01", 'date = "May 2012"', ["event flood: date = 'May 2012' is not a day"]),
        ("date = 2012-05-01", 'date = 2012-05-01\nkind = "x"', ["event flood: kind: 'x'", "transition, rival"]),
        ("date = 2012-05-01", "date = 2012-05-01\nend = 2012-06-01", ["event flood: end without start"]),
        (
            "date = 2012-05-01",
            "date = 2012-05-01\nstart = 2012-05-01",
            ["event flood", "nothing lies in it", "later end"],
        ),
        ("start = 2009-12-01", "start = 2010-12-01", ["event handover: date 2010-01-01 lies outside its window"]),
        (
            "date = 2012-05-01",
            'date = 2012-05-01\nkind = "transition"',
            ["flood, handover are all of kind transition"],
        ),
        ('outlets = ["a", "b"]', 'outlets = ["a"]\ncountry = ["ATL"]', ["group two_of_them", "not both"]),
        ('type = ["local"]', 'type = ["locla"]', ["group home: type: 'locla'", "Did you mean 'local'"]),
        ('country = ["ATL"]', 'side = ["sailor"]', ["group home: side: 'sailor'", "Did you mean 'sailors'"]),
        ('id = "relational"', 'id = "related"', ["frame_kind: 'related'", "relational, stance"]),
        ('frames = ["anchor"]', 'frames = "anchor"', ["frames = 'anchor' should be a list of texts"]),
        (
            'collection = ["press"]',
            'collection = ["pres"]',
            ["own_document speeches: collection: 'pres'", "Did you mean"],
        ),
    ],
)
def test_mistakes_are_named_with_what_is_allowed(tmp_path, old, new, words):
    assert old in STUDY
    with pytest.raises(DiscourseError) as error:
        load_study(write(tmp_path, STUDY.replace(old, new)))
    assert all(word in str(error.value) for word in [str(tmp_path / "study.toml"), *words]), str(error.value)


def test_a_list_that_is_no_list_is_named(tmp_path):
    with pytest.raises(DiscourseError, match=r"genre = 3 is not a list of tables; write \[\[genre\]\]"):
        load_study(write(tmp_path, "genre = 3\n" + STUDY.replace('[[genre]]\nid = "long_read"', "")))


def test_a_store_carries_its_study(tmp_path, monkeypatch):
    corpus = write(tmp_path / "corpus")
    study = load_study(corpus)
    store = StoreWriter(tmp_path / "store", study=study).finish({}, {})
    monkeypatch.setenv("DISCOURSE_CORPUS", str(tmp_path / "elsewhere"))
    assert open_store(store.path).study == study
    assert json.loads((store.path / "manifest.json").read_text())["study"]["focal_state"] == "ATL"


def test_a_store_without_a_copy_has_that_of_its_corpus_folder(tmp_path, monkeypatch):
    corpus = write(tmp_path / "corpus")
    monkeypatch.setenv("DISCOURSE_CORPUS", str(tmp_path / "elsewhere"))
    eras = {"eras": [{"era_id": "early", "label": "The early years"}]}
    inside = StoreWriter(corpus / "store" / "default").finish({}, eras)
    assert inside.study == load_study(corpus)
    eras = {"eras": [{"era_id": "old", "label": "Old"}]}
    foreign = StoreWriter(corpus / "store" / "foreign").finish({}, eras)
    assert foreign.study.labels("eras") == {"old": "Old"} and foreign.study.transition is None
    outside = StoreWriter(tmp_path / "a" / "b" / "c").finish({}, eras)
    assert outside.study.labels("eras") == {"old": "Old"} and outside.study.ids("sides") == ()


def test_the_study_of_a_manifest_is_checked(tmp_path):
    rows = load_study(write(tmp_path)).as_json()
    assert Study.from_json(json.loads(json.dumps(rows))) == Study.from_json(rows)
    with pytest.raises(DiscourseError, match="manifest, study: key of study: 'color'"):
        Study.from_json({**rows, "color": 3})


def test_own_documents_meet_every_rule_given(tmp_path):
    (rule,) = load_study(write(tmp_path)).own_documents
    assert rule.holds("a", type="local", genre="x", collection="press")
    assert not rule.holds("b", type="local", genre="x", collection="press")
    assert not rule.holds("a", type="local", genre="x", collection="radio")


def test_what_a_study_may_resample_is_what_the_measures_can():
    documents = pd.DataFrame(
        {
            "doc_id": ["a", "b"],
            "published": ["2020-01-06", "2021-05"],
            "cluster_id": ["c", "c"],
            "outlet_id": ["o", "o"],
        }
    )
    for unit in UNITS:
        assert len(unit_of(documents, unit)) == 2
