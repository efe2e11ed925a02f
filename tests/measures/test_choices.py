"""Limits, shares, seeds and numbers of replicates that nobody passes: a change shows as a line to be approved.

`pytest --rewrite-golden tests/measures/test_choices.py` writes tests/golden/choices_measures.txt anew.
"""

from __future__ import annotations

from choices import choices_of


def test_what_results_rest_on_without_being_passed_is_what_was_approved(root, request):
    path = root / "tests" / "golden" / "choices_measures.txt"
    found = "\n".join(choices_of("analysis.measures")) + "\n"
    if request.config.getoption("--rewrite-golden"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")
