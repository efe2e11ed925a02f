"""Putting one document's text back in order from its bag of words, its sketch, its hash and its address."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from analysis.publish.attack.shingles import SHINGLE, confirmed, read_sketch, run_hash, word_hashes

Run = tuple[str, ...]
LONG_RUN = 8
STEPS = 1_500  # of the search for a whole text with a given number of single words
MOST_SINGLES = 5
ORDERS = 50_000  # of words, tried against a document's hash
CHANCE = 0.1  # runs that a sketch confirms by chance, in all of a document: above it, one shared word is no proof
_DIGESTS = ("sha256", "sha1", "md5", "blake2b")


@dataclass(frozen=True)
class Public:
    """What a store publishes of one document, as far as an attack can use it.

    bag: word -> count, the pool left out. pooled: tokens in the pool. address: words of its address, in order. sketch,
    digest: hexadecimal text, "" if there is none. title_length: tokens of the title (they stand first).
    """

    doc_id: str
    bag: Counter[str]
    pooled: int = 0
    token_count: int = 0
    title_length: int = 0
    address: Run = ()
    sketch: str = ""
    digest: str = ""


@dataclass
class Recovered:
    """What came back of one document. runs: words in order, longest first. whole: all its words in order, if found.
    pooled: words that the store hides in its pool. title: its title, if the address gives all of it."""

    doc_id: str
    runs: list[Run] = field(default_factory=list)
    whole: Run = ()
    pooled: set[str] = field(default_factory=set)
    title: Run = ()

    @property
    def longest(self) -> int:
        """Words of the longest run."""
        return max([len(r) for r in self.runs] + [len(self.whole)])


@dataclass(frozen=True, eq=False)
class WordList:
    """Words of public lists with their hashes."""

    words: tuple[str, ...]
    hashes: np.ndarray

    @classmethod
    def of(cls, words: Sequence[str]) -> WordList:
        """The list of these words, each once."""
        different = tuple(dict.fromkeys(w for w in words if w))
        return cls(different, word_hashes(different))


def reconstruct(public: Public, words: WordList, *, max_types: int) -> Recovered:
    """All that can be put in order again of one document.

    words: public word lists, tried where a run is cut off by a word of the pool. max_types: bags with more different
    words are not searched for runs (the work grows with the fifth power), only read from their address.
    """
    found = Recovered(public.doc_id)
    known = [w for w in dict.fromkeys(public.address) if w not in public.bag][: public.pooled]
    bag = public.bag + Counter(known)
    _read_address(public, found)
    if public.sketch and len(bag) <= max_types:
        search = _Search(public, bag, set(known))
        search.look(words)
        found.runs += search.contigs
        found.pooled |= search.guessed & {w for run in search.contigs if len(run) > SHINGLE for w in run}
        found.whole = search.whole()
    elif public.digest and not public.sketch:
        found.whole = _confirmed_order(public, bag)
    found.pooled |= {w for w in found.whole if w not in public.bag}
    found.runs.sort(key=len, reverse=True)
    return found


def _read_address(public: Public, found: Recovered) -> None:
    """Runs of the address's words that the document's bag has too, and the title where they are as many as it has."""
    left, run = Counter(public.bag), []
    runs: list[Run] = []
    for word in [*public.address, ""]:
        if left[word] > 0:
            left[word] -= 1
            run.append(word)
        elif run:
            runs.append(tuple(run))
            run = []
    if not runs:
        return
    longest = max(runs, key=len)
    if len(longest) >= LONG_RUN:
        found.runs.append(longest)
    if len(longest) == public.title_length == len(public.address) and len(longest) > 1:
        found.title = longest


class _State(NamedTuple):
    """A text begun: its words so far, the runs not yet used, and how many runs may still be missing, words be single."""

    body: Run
    left: tuple[Run, ...]
    spare: int
    singles: int


class _Search:
    """The runs of one document that its sketch confirms, joined where they overlap."""

    def __init__(self, public: Public, bag: Counter[str], known: set[str]) -> None:
        self.public, self.bag, self.guessed = public, bag, set(known)
        self.sketch = read_sketch(public.sketch)
        self.values = set(self.sketch.tolist())
        self.limit = int(self.sketch.max())
        self.hashes: dict[str, int] = {}
        self.seen: dict[Run, int] = {}
        self.runs: set[Run] = set()
        self.contigs: list[Run] = []
        self._learn(list(bag))
        self.by_chance = len(bag) ** SHINGLE * len(self.sketch) / 2**32

    def _learn(self, words: Sequence[str]) -> None:
        self.hashes.update(zip(words, word_hashes(words).tolist(), strict=True))

    def look(self, words: WordList) -> None:
        """Confirm runs of the bag's own words, then words of the pool at the ends of what was joined."""
        self._confirm([list(self.bag)] * SHINGLE)
        self.contigs = self._joined(self.runs)
        for _ in range(3):
            new = self._from_lists(words) if self.public.pooled > len(self.guessed) else set()
            if not new:
                return
            self._learn(sorted(new))
            self.guessed |= new
            self.bag = self.bag + Counter(new)
            for at in range(SHINGLE):
                places = [list(self.bag)] * SHINGLE
                places[at] = sorted(new)
                self._confirm(places)
            self.contigs = self._joined(self.runs)

    def _confirm(self, places: Sequence[Sequence[str]]) -> None:
        hashes = [np.array([self.hashes[w] for w in place], dtype=np.uint64) for place in places]
        runs, _ = confirmed(hashes, self.sketch)
        for row in runs.tolist():
            run = tuple(place[i] for place, i in zip(places, row, strict=True))
            if self._fits(run):
                self.runs.add(run)

    def _fits(self, run: Run) -> bool:
        return all(n <= self.bag[w] for w, n in Counter(run).items())

    def _allowed(self, run: Run) -> bool:
        """Whether every five words of the run are in the sketch, or could not be: their hash lies above its last."""
        return all(v in self.values or v > self.limit for v in self._values(run))

    def _values(self, run: Run) -> list[int]:
        return [self._value(run[i : i + SHINGLE]) for i in range(len(run) - SHINGLE + 1)]

    def _value(self, five: Run) -> int:
        if five not in self.seen:
            self.seen[five] = run_hash([self.hashes[w] for w in five])
        return self.seen[five]

    def _certain(self, shared: Run) -> bool:
        once = any(self.bag[w] == 1 for w in shared)
        return len(shared) >= 3 or (once and (len(shared) == 2 or self.by_chance < CHANCE))

    def _joined(self, runs: set[Run]) -> list[Run]:
        """Runs that share enough words joined into longer ones, the largest overlap first; ambiguous joins are left."""
        contigs = sorted(runs)
        for size in range(SHINGLE - 1, 0, -1):
            while pair := self._next_join(contigs, size):
                a, b = pair
                contigs = [c for c in contigs if c not in (a, b)] + [a + b[size:]]
        return sorted(contigs, key=lambda c: (-len(c), c))

    def _next_join(self, contigs: list[Run], size: int) -> tuple[Run, Run] | None:
        starts: dict[Run, list[Run]] = {}
        ends: dict[Run, list[Run]] = {}
        for c in contigs:
            starts.setdefault(c[:size], []).append(c)
            ends.setdefault(c[-size:], []).append(c)
        for shared in sorted(starts.keys() & ends.keys()):
            if not self._certain(shared):
                continue
            pairs = [
                (a, b)
                for a in ends[shared]
                for b in starts[shared]
                if a is not b and self._fits(a + b[size:]) and self._allowed((a + b[size:])[-len(b) - SHINGLE + 1 :])
            ]
            if pairs:
                return max(pairs, key=lambda p: len(p[0]) + len(p[1]))
        return None

    def _from_lists(self, words: WordList) -> set[str]:
        """Words that continue what was joined, on either side: each word of the lists is tried at every open end."""
        hashes = words.hashes
        open_values = self.sketch[~np.isin(self.sketch, [v for c in self.contigs for v in self._values(c)])]
        found: set[str] = set()
        own = np.array([self.hashes[w] for w in self.bag], dtype=np.uint64)
        near = len(hashes) * len(own) * len(open_values) / 2**32 < CHANCE
        for number, contig in enumerate(self.contigs[:8] if len(open_values) else []):
            ends = [np.array([self.hashes[w]], dtype=np.uint64) for w in contig]
            probes = [([*ends[-4:], hashes], 4), ([hashes, *ends[:4]], 0)]
            if near and number < 2 and not found:  # a word of its own behind the one looked for
                probes += [([*ends[-3:], hashes, own], 3), ([own, hashes, *ends[:3]], 1)]
            for places, at in probes:
                runs, _ = confirmed(places, open_values)
                found |= {words.words[row[at]] for row in runs.tolist()} - set(self.bag)
        return found if len(found) <= self.public.pooled - len(self.guessed) else set()

    def whole(self) -> Run:
        """The whole document in order, if the search finds an order that its hash confirms."""
        if not self.public.digest or sum(self.bag.values()) != self.public.token_count:
            return ()
        length = self.public.token_count - self.public.title_length
        tried = 0
        for body in itertools.islice(self._bodies(length), 200):
            left = self.bag - Counter(body)
            for title in _titles(left, self.public.address):
                tried += 1
                if tried > ORDERS:
                    return ()
                if is_digest(title + body, self.public.digest):
                    return title + body
        return ()

    def _bodies(self, length: int) -> Iterator[Run]:
        """Orders of `length` words in which every run is allowed and every value of the sketch is met: those first that
        need the fewest single words between the joined runs."""
        spare = length - SHINGLE + 1 - len(self.values)  # runs that may be missing from the sketch
        for singles in range(MOST_SINGLES + 1):
            stack: list[_State] = [_State((), tuple(self.contigs), spare, singles)]
            for _ in range(STEPS):
                if not stack:
                    break
                state = stack.pop()
                if len(state.body) < length:
                    stack += self._steps(state, length)
                elif not state.singles and self.values <= set(self._values(state.body)):
                    yield state.body

    def _steps(self, state: _State, length: int) -> list[_State]:
        """The ways to go on: first by a single word, last (tried first) by a run that overlaps most."""
        body, left = state.body, state.left
        ways: list[tuple[Run, int, tuple[Run, ...]]] = []
        if state.singles:
            taken = Counter(body) + Counter(w for run in left for w in run)
            ways += [((w,), 0, left) for w in sorted(self.bag - taken)]
        for size in range(SHINGLE):
            for i, run in enumerate(left):
                if size <= len(body) and body[len(body) - size :] == run[:size]:
                    ways.append((run, size, left[:i] + left[i + 1 :]))
        found = []
        for run, size, rest in ways:
            longer = body + run[size:]
            new = self._values(longer[max(0, len(body) - SHINGLE + 1) :])
            missing = sum(v not in self.values for v in new)
            allowed = missing <= state.spare and all(v in self.values or v > self.limit for v in new)
            if len(longer) <= length and allowed and self._fits(longer):
                found.append(_State(longer, rest, state.spare - missing, state.singles - (rest is left)))
        return found


def _titles(left: Counter[str], address: Run) -> Iterator[Run]:
    """Orders of the words that are left for the title: as in the address first, the others put in at every place."""
    rest = Counter(left)
    base: list[str] = []
    for word in address:
        if rest[word] > 0:
            rest[word] -= 1
            base.append(word)
    others = sorted(rest.elements())
    if len(others) > 6:
        return
    for order in dict.fromkeys(itertools.permutations(others)):
        for places in itertools.combinations(range(len(base) + len(order)), len(order)):
            title, put, rest_of_base = [], iter(order), iter(base)
            for i in range(len(base) + len(order)):
                title.append(next(put) if i in places else next(rest_of_base))
            yield tuple(title)


def _confirmed_order(public: Public, bag: Counter[str]) -> Run:
    """The order of a short document (a headline) that its hash confirms, the address's order tried first."""
    if sum(bag.values()) != public.token_count or not public.token_count:
        return ()
    if is_digest(public.address, public.digest):
        return public.address
    for order in itertools.islice(_titles(bag, public.address), ORDERS):
        if is_digest(order, public.digest):
            return order
    tokens = sorted(bag.elements())
    if len(tokens) <= LONG_RUN:
        for order in itertools.permutations(tokens):
            if is_digest(order, public.digest):
                return tuple(order)
    return ()


def is_digest(words: Run, digest: str) -> bool:
    """Whether a hexadecimal digest, perhaps cut short, is that of the words in this order, joined by single spaces."""
    data = " ".join(words).encode()
    return any(hashlib.new(name, data, usedforsecurity=False).hexdigest().startswith(digest) for name in _DIGESTS)
