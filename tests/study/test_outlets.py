"""Names, domains and addresses to one outlet, and snippets for the unknown ones."""

from __future__ import annotations

import tomllib

import pytest

from analysis.errors import DiscourseError
from analysis.study.outlets import Resolver, host_of, snippet, snippets
from analysis.study.settings import Outlet, load_outlets

OUTLETS = {
    "ppp": Outlet(
        "ppp", "The Phnom Penh Post", "KHM", "party-aligned", aliases=("PPP",), domains=("phnompenhpost.com",)
    ),
    "lists": Outlet("lists", "Penh News", "USA", "reference", domains=("news.example.org",)),
    "news": Outlet("news", "The Penh News", "KHM", "independent", domains=("example.org", "example.org/khmer")),
}


@pytest.mark.parametrize(
    ("name", "url", "expected"),
    [
        ("The Phnom Penh Post", None, "ppp"),
        ("phnom penh post", None, "ppp"),
        ("PPP", None, "ppp"),
        ("*Phnom Penh Post*", None, "ppp"),
        ("Phnom Penh Post (citing someone)", None, "ppp"),
        ("m.phnompenhpost.com", None, "ppp"),
        (None, "https://m.phnompenhpost.com/opinion/x?y=1", "ppp"),
        (None, "http://www.phnompenhpost.com", "ppp"),
        ("nobody", "https://phnompenhpost.com/a", "ppp"),
        ("Penh News", None, "lists"),
        ("The Penh News", None, "news"),
        (None, "https://news.example.org/a", "lists"),
        (None, "https://other.example.org/a", "news"),
        ("Nobody", None, None),
        (None, None, None),
        (None, "https://notphnompenhpost.com/", None),
        (None, "not an address", None),
        ("", "http://[", None),
    ],
)
def test_names_and_addresses_lead_to_one_outlet(name, url, expected):
    assert Resolver(OUTLETS).resolve(name, url) == expected


def test_an_alias_of_two_outlets_is_refused():
    twice = {**OUTLETS, "x": Outlet("x", "X", "KHM", "state", aliases=("ppp!",))}
    with pytest.raises(DiscourseError, match="names both"):
        Resolver(twice)


def test_host():
    assert host_of("https://WWW.Example.com:80/a") == "example.com"
    assert host_of("example") == ""


def test_a_snippet_is_valid_and_makes_the_outlet_known(tmp_path):
    path = tmp_path / "outlets.toml"
    path.write_text(
        snippets([("The New Paper", "https://m.new.example/a"), ("The New Paper", "https://m.new.example/b")])
    )
    outlets = load_outlets(path)
    assert [o.type for o in outlets.values()] == ["unknown"]
    assert Resolver(outlets).resolve("New Paper") == Resolver(outlets).resolve(None, "https://m.new.example/c")
    assert tomllib.loads(snippet('A "quoted" name'))["outlet"][0]["name"] == 'A "quoted" name'


def test_the_project_knows_the_cambodian_press(root):
    resolver = Resolver(load_outlets(root / "corpus" / "outlets.toml"))
    wanted = {
        "m.phnompenhpost.com": "phnom_penh_post",
        "Khmer Times": "khmer_times",
        "VOD": "vod",
        "AKP": "akp",
        "Agence Kampuchea Presse": "akp",
        "RFA": "rfa",
        "projects.voanews.com": "voa",
        "Xinhua News Agency": "xinhua",
        "AFP": "afp",
        "theguardian.com": "guardian",
        "Hacker News": "hacker_news",
        "The Hacker News": "the_hacker_news",
        "un_khm": "un_khm",
        "https://english.news.cn/20220527/x.html": "xinhua",
    }
    assert {name: resolver.resolve(name) for name in wanted} == wanted


def test_the_id_of_a_long_name_is_short_enough_for_a_public_store():
    """The gate of a store refuses values of eight words or more; two long names that begin alike stay two."""
    names = [f"The Very Long Named Gazette of Phnom Penh and the {place}" for place in ("Provinces", "Islands")]
    ids = [row["outlet_id"] for row in tomllib.loads(snippets([(name, None) for name in names]))["outlet"]]
    assert ids == ["very_long_named_gazette_of_phnom", "very_long_named_gazette_of_phnom_2"]
