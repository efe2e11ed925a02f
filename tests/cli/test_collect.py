from __future__ import annotations

import pytest
from archive_server import serving
from collected_study import archive as full
from collected_study import discourse, make_study, plan


@pytest.fixture(scope="module")
def collected(tmp_path_factory, root):
    """A study that was planned and fetched, and what was said meanwhile."""
    folder = make_study(tmp_path_factory.mktemp("made") / "my study", root)
    archive = full()
    with serving(archive) as base:
        said = [plan(root, base, folder), discourse(root, base, "collect", "fetch", folder)]
        said.append(discourse(root, base, "collect", "status", folder))
    assert [done.returncode for done in said] == [0, 0, 0], said
    return folder, archive, [done.stdout for done in said]


def test_a_plan_says_what_would_be_fetched_and_what_not(collected):
    folder, _, (planned, _, _) = collected
    assert "status 404" in planned
    assert "same bytes as another address" in planned
    assert "11 captures, 11 requests" in planned
    assert (folder / "collected" / "coverage.png").is_file()
    assert (folder / "collected" / "coverage.csv").read_text().startswith("outlet_id,month,capture_count")


def test_what_was_fetched_is_private_and_the_list_public(collected):
    folder, _, (_, fetched, status) = collected
    assert "11 fetched; 0 left" in fetched
    assert "To fetch: 0 captures" in status
    listed = (folder / "corpus" / "captures.csv").read_text()
    assert listed.count("\n") == 12
    assert "riverpost" not in listed
    assert "Article" not in listed


def test_the_first_sources_file_is_written_and_check_reads_it(collected, root):
    folder = collected[0]
    done = discourse(root, "http://127.0.0.1:9", "check", folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "11" in done.stdout


def test_an_author_without_the_server_compares_what_lies_there(collected, root):
    folder = collected[0]
    listed = folder / "corpus" / "captures.csv"
    done = discourse(root, "http://127.0.0.1:9", "collect", "verify", listed, folder)
    assert (done.returncode, done.stdout) == (0, "11 the same bytes\n")


RIGHT = {"--outlet": "river_post", "--from": "2023-01-01", "--to": "2023-12-31", "--contact": "a@b.c"}


def options(**changed: str) -> list[str]:
    return [word for pair in (RIGHT | {f"--{k}": v for k, v in changed.items()}).items() for word in pair]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plan"], "--outlet ID --from DAY --to DAY --contact YOU"),
        (["plan", *options(outlet="river_pots")], "river_post"),
        (["plan", *options(**{"from": "soon"})], "'soon' is not a day"),
        (["plan", *options(to="2022-12-31")], "before it starts"),
        (["plan", *options(contact="me")], "no way to reach you"),
        (["plan", *options(archive="uk")], "cc, ia"),
        (["status"], "nothing is collected"),
        (["fetch"], "no such file"),
        (["fetch", "--from", "none.csv", "--contact", "a@b.c"], "no such file"),
        (["fetch", "--from", "none.csv"], "no such file"),
    ],
)
def test_a_careless_user_is_told_what_to_do(tmp_path, root, arguments, said):
    folder = make_study(tmp_path / "study", root)
    done = discourse(root, "http://127.0.0.1:9", "collect", arguments[0], folder, *arguments[1:])
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "collected").exists()


def test_options_do_not_overrule_the_file(collected, root):
    folder = collected[0]
    done = discourse(root, "http://127.0.0.1:9", "collect", "plan", folder, "--outlet", "river_post")
    assert done.returncode == 2
    assert "change it there" in done.stderr


def test_an_archive_out_of_reach_ends_with_a_word(tmp_path, root):
    folder = make_study(tmp_path / "study", root)
    done = plan(root, "http://127.0.0.1:9", folder)
    assert done.returncode == 2
    assert "busy or out of reach" in done.stderr
