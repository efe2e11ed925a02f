from __future__ import annotations

import hashlib
from collections import Counter

from old_form import old_sketch

from analysis.publish.attack.reconstruct import Public, WordList, is_digest, reconstruct

NOTHING = WordList.of(())
BODY = tuple(f"n{i}" for i in range(22))
TITLE = ("quiet", "harbour", "opens")


def published(title=TITLE, body=BODY, hidden=(), **more):
    words = [*title, *body]
    bag = Counter(w for w in words if w not in hidden)
    given = {
        "sketch": old_sketch(list(body)) or "",
        "digest": hashlib.sha256(" ".join(words).encode()).hexdigest()[:16],
    }
    return Public("d1", bag, len(hidden), len(words), len(title), **(given | more))


def test_a_text_comes_back_from_its_bag_and_hashes():
    found = reconstruct(published(), NOTHING, max_types=40)
    assert found.whole == TITLE + BODY
    assert found.longest == 25


def test_a_sketch_alone_gives_runs_and_no_whole_text():
    found = reconstruct(published(digest=""), NOTHING, max_types=40)
    assert found.runs[0] == BODY[: len(found.runs[0])] or found.runs[0] in {
        BODY[i : i + len(found.runs[0])] for i in range(len(BODY))
    }
    assert found.longest >= 8 and not found.whole


def test_a_hidden_word_comes_back_from_a_list():
    found = reconstruct(published(hidden=("n11",)), WordList.of([f"n{i}" for i in range(40)]), max_types=40)
    assert found.pooled == {"n11"}


def test_a_headline_comes_back_from_its_hash_or_from_its_address():
    alone = published(body=(), sketch="")
    assert reconstruct(alone, NOTHING, max_types=40).whole == TITLE
    long = published(title=BODY[:12], body=(), sketch="", address=BODY[:12])
    assert reconstruct(long, NOTHING, max_types=40).whole == BODY[:12]
    assert reconstruct(long, NOTHING, max_types=40).title == BODY[:12]


def test_an_address_with_other_words_gives_nothing():
    found = reconstruct(published(digest="", sketch="", address=tuple("abcdefghij")), NOTHING, max_types=40)
    assert not found.runs and not found.title and not found.pooled


def test_a_bag_alone_gives_nothing():
    found = reconstruct(published(digest="", sketch=""), NOTHING, max_types=40)
    assert found.longest == 0 and not found.pooled


def test_bags_too_large_to_search_are_left():
    assert reconstruct(published(), NOTHING, max_types=10).longest == 0


def test_digests_of_other_kinds_are_known_too():
    for name in ("sha1", "md5", "sha256", "blake2b"):
        assert is_digest(TITLE, hashlib.new(name, b"quiet harbour opens").hexdigest()[:16])
    assert not is_digest(TITLE[::-1], hashlib.sha256(b"quiet harbour opens").hexdigest())
