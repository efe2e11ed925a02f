"""Lists of addresses."""

from __future__ import annotations

import json

from formats_samples import read

from analysis.texts.read.formats.addresses import looks_like


def test_lists_of_addresses_keep_titles_and_refuse_bare_addresses(tmp_path):
    text = "stories_id,publish_date,title,url,media_name\n1,2023-09-23,Harbour opens,https://a.org/1,Post\n2,,,https://a.org/2,Post\n"
    kept, refused = read(tmp_path / "a.csv", text, "urls")
    assert kept.fields["title"] == "Harbour opens"
    assert kept.fields["text"] == ""
    assert refused.kind == "no-text"


def test_a_list_of_addresses_in_json(tmp_path):
    rows = {
        "articles": [
            {"url": "https://a.example/1", "title": "Rain", "seendate": "20230820T031500Z", "domain": "a.example"}
        ]
    }
    (made,) = read(tmp_path / "a.json", json.dumps(rows), "urls")
    assert (made.fields["outlet"], made.fields["text"]) == ("a.example", "")


def test_columns_tell_a_list_of_addresses():
    assert "Media Cloud" in looks_like(["stories_id,publish_date,title,url,media_name"])
    assert looks_like(["id,text"]) == ""
