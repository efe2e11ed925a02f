"""sources.toml and corrections.toml: what is allowed, and messages for what is not."""

from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.study import corrections, sources

GOOD = 'source_id = "a"\npath = "a/*.csv"\ncollection = "news"\n'


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_the_committed_sources_load(root):
    loaded = sources.load(root / "corpus" / "sources.toml")
    assert loaded[0].source_id == "seeds"
    assert {s.collection for s in loaded} == {"news", "un"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[source]]\npth = 1\n", "'pth' is not allowed; allowed: source_id, path"),
        ("[[sorce]]\n", "did you mean 'source'"),
        ("[[source]]\n" + GOOD + 'colour = "x"\n', "colour"),
        ('[[source]]\nsource_id = "a"\n', "path, collection are missing; keys: source_id, path"),
        ("[[source]]\n" + GOOD.replace("news", "nws"), "did you mean 'news'"),
        ("[[source]]\n" + GOOD.replace("a/*.csv", "../b/*.csv"), "leaves the texts folder"),
        ("[[source]]\n" + GOOD.replace("a/*.csv", "/etc/*"), "leaves the texts folder"),
        ("[[source]]\n" + GOOD + 'day_first = "yes"\n', "day_first = 'yes' should be true or false"),
        ("[[source]]\n" + GOOD + 'columns = { txt = "b" }\n', "'txt' is not allowed"),
        ("[[source]]\n" + GOOD + 'genre = "essay"\n', "genre: 'essay'"),
        ("[[source]]\n" + GOOD + 'words_of = "region_and_power"\n', "did you mean 'region_and_powers'"),
        ("[[source]]\n" + GOOD + "filters = { year = { above = 3 } }\n", "'above' is not allowed"),
        ("[[source]]\n" + GOOD + '[[source.when]]\ncolumn = "a"\nmatches = "("\n', "no regular expression"),
        ("[[source]]\n" + GOOD + "[[source]]\n" + GOOD, "stands twice"),
        ("[[source]\n", "not valid TOML"),
    ],
)
def test_a_bad_source_is_refused_and_says_what_is_allowed(tmp_path, text, message):
    path = write(tmp_path / "sources.toml", text)
    with pytest.raises(DiscourseError) as caught:
        sources.load(path)
    assert message.lower() in str(caught.value).lower()
    assert "sources.toml" in str(caught.value)


def test_corrections_set_cut_and_drop(tmp_path):
    text = "One\nTwo\nThree"
    path = write(
        tmp_path / "c.toml",
        f"""
[[correction]]
target = "d"
action = "set"
reason = "known from elsewhere"
expect = {{ sha256 = "{corrections.text_hash(text)}", outlet = "" }}
set = {{ date = "2024-05", outlet = "akp" }}
[[correction]]
target = "d"
action = "title_line"
reason = "headline in the text"
expect = {{ title = "" }}
lines = [1]
[[correction]]
target = "d"
action = "cut_lines"
reason = "repeated"
expect = {{ title = "" }}
lines = [3]
[[correction]]
target = "e"
action = "drop"
reason = "not about Cambodia"
expect = {{ title = "X" }}
""",
    )
    loaded = corrections.load(path)
    fields = {"text": text, "title": None, "outlet": None}
    assert corrections.apply(fields, loaded["d"], origin="f:1") is None
    assert fields == {"text": "\nTwo\n", "title": "One", "outlet": "akp", "date": "2024-05"}
    assert corrections.apply({"title": "X"}, loaded["e"], origin="f:2") == "not about Cambodia"
    with pytest.raises(DiscourseError, match="the source has changed"):
        corrections.apply({"text": text + "!", "outlet": ""}, loaded["d"], origin="f:1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('target = "a"\naction = "set"\nreason = "r"\n', "expect missing; every correction needs"),
        ('target = "a"\naction = "delete"\nreason = "r"\nexpect = { title = "x" }\n', "'delete' is not allowed"),
        ('target = "a"\naction = "set"\nreason = "r"\nexpect = { title = "x" }\n', "action set needs set"),
        ('target = "a"\naction = "set"\nreason = "r"\nexpect = { titel = "x" }\nset = { date = "2023" }\n', "'titel'"),
    ],
)
def test_a_bad_correction_is_refused(tmp_path, text, message):
    with pytest.raises(DiscourseError, match=message):
        corrections.load(write(tmp_path / "c.toml", "[[correction]]\n" + text))


def test_no_corrections_file_means_none(tmp_path):
    assert corrections.load(tmp_path / "none.toml") == {}
