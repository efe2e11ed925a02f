"""Which language a document is in: by script where the script decides, by stop words where they do, else by model."""

from __future__ import annotations

import functools
import re
from typing import Any

from analysis.texts.clean.scripts import CODES, without_stretches

SAMPLE = 3000
QUICK = 700
SHORT_WORDS = 12
CONFIDENT = 0.95
PART = 60  # words of English that make a text in two languages an English one
ENGLISH = frozenset(
    (
        "the",
        "of",
        "and",
        "to",
        "in",
        "a",
        "is",
        "that",
        "for",
        "it",
        "as",
        "was",
        "with",
        "be",
        "by",
        "on",
        "not",
        "he",
        "his",
        "but",
        "at",
        "are",
        "this",
        "have",
        "from",
        "or",
        "had",
        "an",
        "they",
        "which",
        "you",
        "were",
        "her",
        "all",
        "she",
        "there",
        "would",
        "their",
        "we",
        "him",
        "been",
        "has",
        "when",
        "who",
        "will",
        "more",
        "no",
        "if",
        "out",
        "so",
        "said",
        "what",
        "its",
        "about",
        "into",
        "than",
        "them",
        "can",
        "only",
        "other",
        "new",
        "some",
        "could",
        "time",
        "these",
        "two",
        "may",
        "then",
        "do",
        "after",
        "over",
        "says",
        "amid",
    )
)
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = (
    ("km", re.compile(r"[\u1780-\u17d3]")),
    ("th", re.compile(r"[\u0e01-\u0e4e]")),
    ("lo", re.compile(r"[\u0e81-\u0ece]")),
    ("my", re.compile(r"[\u1000-\u109f]")),
    ("ja", re.compile(r"[\u3041-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ar", re.compile(r"[\u0621-\u06d3]")),
    ("he", re.compile(r"[\u05d0-\u05ea]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("hi", re.compile(r"[\u0904-\u0939]")),
    ("ta", re.compile(r"[\u0b80-\u0bff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)


def detect(title: str | None, text: str) -> tuple[str, str]:
    """(ISO 639-1 code, how it was decided) for one document; ("und", "empty") if it holds no letter.

    how: "script" (more than half of the letters belong to one script), "stop words" (at least a tenth of the first
    words are English stop words), "model" (py3langid), or "assumed" (Latin letters, too short to be judged: a headline
    of a few words is taken for English unless the model is sure that it is not). A text in Khmer, Thai, Lao or Burmese
    with an English part of 60 words or more, at least a third of all letters, is English ("part"): its other part gives
    no words to count.
    """
    code, how = _detect(title, text)
    return ("en", "part") if code in CODES and english_part(title, text)[1] else (code, how)


def english_part(title: str | None, text: str) -> tuple[int, bool]:
    """(words of a text outside the scripts without spaces if they are English, else 0; whether they carry the text)."""
    rest = without_stretches(f"{title or ''} {text}")
    words = _WORD.findall(rest.lower())
    if len(words) < SHORT_WORDS or sum(word in ENGLISH for word in words) < 0.2 * len(words):
        return 0, False
    letters = sum(map(str.isalpha, f"{title or ''} {text}"))
    return len(words), len(words) >= PART and 3 * sum(map(len, words)) >= letters


def _detect(title: str | None, text: str) -> tuple[str, str]:
    head = text[:QUICK]
    rest = without_stretches(head)
    first = rest.lower().split() if 2 * len(rest) >= len(head) else []
    if len(first) >= 2 * SHORT_WORDS and sum(word in ENGLISH for word in first) >= 0.25 * len(first):
        return "en", "stop words"
    sample = text[:SAMPLE] if len(text) > QUICK else f"{title or ''} {text}"
    words = _WORD.findall(sample.lower())
    if not words:
        return _by_script(sample) or ("und", "empty")
    common = sum(word in ENGLISH for word in words)
    if len(words) >= SHORT_WORDS and common >= 0.2 * len(words):
        return "en", "stop words"
    if not sample.isascii() and (found := _by_script(sample)):
        return found
    if common >= max(2, 0.1 * len(words)):
        return "en", "stop words"
    return _by_model(sample, len(words))


def _by_script(sample: str) -> tuple[str, str] | None:
    letters = sum(c.isalpha() for c in sample)
    best = max(((len(pattern.findall(sample)), code) for code, pattern in _SCRIPTS), key=lambda x: x[0])
    if best[0] <= 0.3 * letters or not letters:
        return None
    code = best[1]
    if code == "zh" and len(_SCRIPTS[4][1].findall(sample)) > 0.05 * best[0]:
        code = "ja"
    return code, "script"


@functools.cache
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _by_model(sample: str, word_count: int) -> tuple[str, str]:
    code, probability = _model().classify(sample)
    if word_count < SHORT_WORDS:
        sure = probability >= CONFIDENT and word_count >= 5 and not sample.isascii()
        return (code, "model") if sure else ("en", "assumed")
    return code, "model"
