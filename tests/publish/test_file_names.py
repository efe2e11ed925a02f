from __future__ import annotations

import pytest

from analysis.publish.file_names import (
    check_addresses,
    check_names,
    declared_paths,
    private_addresses,
    private_names,
    published_addresses,
)


@pytest.fixture
def texts(tmp_path):
    for name in (
        "news/feed_of_links.jsonl",
        "Vanna Qzxora/page.txt",
        "saved/Minister opens a bridge - Paper.html",
        "a/0_2a07dd9ee.txt",
    ):
        path = tmp_path / "texts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    return tmp_path / "texts"


def test_names_of_two_words_are_private_unless_a_source_writes_them_out(texts):
    assert private_names(texts, "news/feed_of_links.jsonl\nsaved/*.html") == {
        "vanna qzxora",
        "minister opens bridge paper",
    }
    assert private_names(texts / "none") == set()


@pytest.mark.parametrize("spelling", ["Vanna Qzxora", "vanna-qzxora", "VANNA_QZXORA", "pages:Vanna%20Qzxora"])
def test_a_name_is_found_in_any_spelling(texts, spelling):
    names = private_names(texts)
    found = list(check_names({"figures/a.json": f'{{"store": "{spelling}"}}', "b.md": "vanna and qzxora"}, names))
    assert [(f.place, f.reason) for f in found] == [("figures/a.json", "1 names of private files or folders")]


def test_a_file_called_by_one_is_found_too(texts):
    found = list(check_names({"site/minister-opens-a-bridge-paper.html": ""}, private_names(texts)))
    assert [f.place for f in found] == ["site/minister-opens-a-bridge-paper.html"]


def test_addresses_that_spell_a_headline_are_found(tmp_path):
    own = "https://paper.invalid/2023/minister-opens-new-bridge.html"
    private = private_addresses(iter([f"seen at {own}, and https://paper.invalid/about"]))
    files = {"figures/a.csv": f"d,{own}\n", "docs/b.md": "see https://paper.invalid/about"}
    assert [(f.place, f.reason) for f in check_addresses(files, private)] == [
        ("figures/a.csv", "1 private addresses that spell a headline")
    ]


def test_paths_of_sources_are_declared(tmp_path):
    (tmp_path / "sources.toml").write_text('[[source]]\nsource_id = "a"\npath = "news/*.txt"\ncollection = "news"\n')
    assert declared_paths(tmp_path) == "news/*.txt"
    (tmp_path / "outlets.toml").write_text('[[outlet]]\noutlet_id = "river_post"\nname = "The River Post"\n')
    assert declared_paths(tmp_path) == "news/*.txt\nriver_post\nThe River Post"
    assert declared_paths(tmp_path / "none") == ""


def test_a_file_called_by_an_outlet_gives_nothing_away(tmp_path):
    for name in ("river_post-2023-09.warc.gz", "Vanna Qzxora-2023-09.warc.gz"):
        (tmp_path / name).write_text("x")
    assert private_names(tmp_path, "river_post\nThe River Post") == {"vanna qzxora"}


def test_addresses_printed_by_a_list_of_captures_are_public(tmp_path):
    path = tmp_path / "captures.csv"
    path.write_text("capture_id,address\na,https://paper.invalid/2023/minister-opens-new-bridge/\nb,\n")
    private = private_addresses(iter(["https://paper.invalid/2023/minister-opens-new-bridge"]))
    assert private and not private - published_addresses(path)
    assert published_addresses(None) == set()
