"""Distances and limits of the rules, and what is taken where nothing is said: a change shows as a line to be approved.

`pytest --rewrite-golden tests/texts/annotate/test_choices.py` writes tests/golden/choices_annotate.txt anew.
"""

from __future__ import annotations

from choices import choices_of


def test_what_results_rest_on_without_being_passed_is_what_was_approved(root, request):
    path = root / "tests" / "golden" / "choices_annotate.txt"
    found = "\n".join(choices_of("analysis.texts.annotate")) + "\n"
    if request.config.getoption("--rewrite-golden"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")
