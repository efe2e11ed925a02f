from __future__ import annotations

from analysis.measures.topics.left_out_words import topic_rules
from analysis.study.topic_words import topic_labels, topic_words


def test_labels_come_from_a_file(tmp_path):
    file = tmp_path / "topics_labels.toml"
    file.write_text('[[topic]]\nlabel = "Neighbours"\nexpect = ["asean"]\n')
    assert topic_labels(file) == [{"label": "Neighbours", "expect": ["asean"]}]


def test_without_files_there_are_neither_labels_nor_lists(tmp_path, monkeypatch):
    monkeypatch.setenv("DISCOURSE_CORPUS", str(tmp_path))
    assert topic_words() == {}
    assert topic_labels() == []


def test_the_project_s_own_files_are_well_formed(root, monkeypatch):
    monkeypatch.setenv("DISCOURSE_CORPUS", str(root / "corpus"))
    assert all(entry["label"] and entry["expect"] for entry in topic_labels())
    for entry in topic_words()["drop"]:
        assert entry["reason"]
        words = entry["words"].split()
        assert sorted(set(words)) == sorted(words), "a word stands twice in one list"
    for collection in ("news", "un"):
        assert "neutrality" not in topic_rules(collection).drop


def test_a_study_on_a_store_of_its_own_does_not_use_those_of_the_project_around_it(root, tmp_path, monkeypatch):
    monkeypatch.setenv("DISCOURSE_CORPUS", str(root / "corpus"))
    monkeypatch.setenv("DISCOURSE_STUDY", str(tmp_path))
    assert (topic_words(), topic_labels()) == ({}, [])
    (tmp_path / "topics_words.toml").write_text("[limits.all]\nmin_tokens = 3\n")
    assert topic_words() == {"limits": {"all": {"min_tokens": 3}}}
