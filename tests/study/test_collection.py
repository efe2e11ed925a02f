from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.study.collection import CollectedOutlet, Settings, load_collection, written

GOOD = written(
    Settings("2014-01-01", "2025-12-31", "a@b.example"),
    [CollectedOutlet("post", ("post.example",), languages=("eng",), skip=(r"/sport/\d",))],
)


def load(tmp_path, text):
    path = tmp_path / "collection.toml"
    path.write_text(text)
    return load_collection(path, ["post", "times"])


def test_what_is_written_is_read_again(tmp_path):
    found = load(tmp_path, GOOD)
    assert found.settings == Settings("2014-01-01", "2025-12-31", "a@b.example")
    assert found.outlets == (CollectedOutlet("post", ("post.example",), languages=("eng",), skip=(r"/sport/\d",)),)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('start = "2014-01-01"', 'start = "soon"', "start = 'soon' is not a day"),
        ('end = "2025-12-31"', 'end = "2013-12-31"', "ends .2013-12-31. before it starts"),
        ('archives = ["cc", "ia"]', 'archives = ["cc", "uk"]', "archive.*'uk'.*cc, ia"),
        ('versions = "earliest"', 'versions = "latest"', "versions.*'latest'.*earliest, all"),
        ('outlet_id = "post"', 'outlet_id = "poste"', "outlet_id.*'poste'.*post"),
        ('domains = ["post.example"]', "domains = []", "neither domains nor paths"),
        ('domains = ["post.example"]', 'hosts = ["post.example"]', "key of outlet.*'hosts'"),
        ("publish_addresses = false", 'publish_addresses = "no"', "publish_addresses = 'no' should be true or false"),
        ("[[outlet]]", "[outlets]", "table.*'outlets'.*collection, outlet"),
        (r'"/sport/\\d"', '"/sport/("', "no regular expression"),
    ],
)
def test_a_mistake_is_named_with_what_is_allowed(tmp_path, old, new, reason):
    assert old in GOOD
    with pytest.raises(DiscourseError, match=reason):
        load(tmp_path, GOOD.replace(old, new))


def test_an_outlet_twice_and_no_outlet(tmp_path):
    with pytest.raises(DiscourseError, match="stands twice"):
        load(tmp_path, GOOD + '\n[[outlet]]\noutlet_id = "post"\ndomains = ["x.example"]\n')
    with pytest.raises(DiscourseError, match=r"no .*outlet"):
        load(tmp_path, GOOD.split("[[outlet]]")[0])
