"""What is kept of code read before is believed for the same bytes alone."""

from __future__ import annotations

import json
import os

import pytest

from analysis.run import code_hashes
from analysis.run.code_hashes import RULES, closure
from analysis.run.known_code import FILE, KnownCode


@pytest.fixture
def package(tmp_path):
    for name, text in {
        "__init__.py": "",
        "measures/__init__.py": "from analysis.measures.a import first\n",
        "measures/a.py": "from analysis.measures.b import second\ndef first():\n    return second('words.txt')\n",
        "measures/b.py": "import numpy\ndef second(name):\n    return 1\n",
        "measures/words.txt": "one\n",
    }.items():
        path = tmp_path / "root" / "analysis" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "root"


SOURCE = "from analysis.measures import first"


def read_anew(folder, package):
    """What a command of its own finds, and what it keeps."""
    code_hashes._facts.cache_clear()
    code_hashes._exports.cache_clear()
    known = KnownCode(folder / FILE, RULES)
    found = closure(SOURCE, package, known)
    known.save()
    return found


def test_nothing_is_parsed_twice_and_the_answer_is_the_same(package, tmp_path, monkeypatch):
    first = read_anew(tmp_path, package)
    assert first == closure(SOURCE, package)
    assert sorted(first[0]) == [f"analysis/measures/{name}" for name in ("a.py", "b.py", "words.txt")]
    assert first[1] == ["numpy"]
    monkeypatch.setattr(code_hashes, "_read", lambda data: 1 / 0)
    assert read_anew(tmp_path, package) == first


@pytest.mark.parametrize("name", ["a.py", "b.py", "words.txt"])
def test_an_edit_of_the_same_size_in_the_same_moment_is_noticed(package, tmp_path, name):
    path = package / "analysis" / "measures" / name
    before, stat = read_anew(tmp_path, package)[0], path.stat()
    path.write_text(path.read_text().translate(str.maketrans("1s", "2z")).replace("one", "two"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert path.stat().st_size == stat.st_size
    after = read_anew(tmp_path, package)[0]
    assert {n for n in before if before[n] != after.get(n)} >= {f"analysis/measures/{name}"}


def test_a_file_that_comes_or_goes_is_noticed(package, tmp_path):
    read_anew(tmp_path, package)
    (package / "analysis" / "measures" / "words.txt").unlink()
    assert "analysis/measures/words.txt" not in read_anew(tmp_path, package)[0]
    (package / "analysis" / "measures" / "first.py").write_text("")  # now a module has the name, which comes first
    assert sorted(read_anew(tmp_path, package)[0]) == ["analysis/measures/first.py"]


@pytest.mark.parametrize(
    "harm",
    [
        lambda text: "",
        lambda text: "[]",
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"numpy"', '"scipy"'),
        lambda text: json.dumps(json.loads(text) | {"rules": "others"}),
        lambda text: json.dumps(json.loads(text) | {"facts": {}}),
    ],
)
def test_a_damaged_file_is_not_believed_and_written_anew(package, tmp_path, harm):
    before = read_anew(tmp_path, package)
    whole = (tmp_path / FILE).read_text()
    (tmp_path / FILE).write_text(harm(whole))
    assert read_anew(tmp_path, package) == before
    assert (tmp_path / FILE).read_text() == whole


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(package, tmp_path):
    (tmp_path / "file").write_text("")
    assert read_anew(tmp_path / "file", package) == closure(SOURCE, package)


def test_facts_follow_the_rules_that_made_them(tmp_path):
    maker = tmp_path / "rules.py"
    maker.write_text("1")
    known = KnownCode(tmp_path / FILE, maker)
    assert known.of(b"a", lambda data: {"said": "old"}) == {"said": "old"}
    known.save()
    assert KnownCode(tmp_path / FILE, maker).of(b"a", lambda data: {"said": "new"}) == {"said": "old"}
    maker.write_text("2")
    assert KnownCode(tmp_path / FILE, maker).of(b"a", lambda data: {"said": "new"}) == {"said": "new"}
