"""What keeps readers out of a page, as axe-core sees it: no name for a screen reader, too little contrast, no keyboard."""

from __future__ import annotations

import functools
from importlib.util import find_spec
from pathlib import Path

import pytest

GRAVE = ("serious", "critical")


@functools.cache
def _script() -> str:
    """axe-core, which the package axe-playwright-python carries (group `test`)."""
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-playwright-python is not installed")
    return Path(spec.origin).with_name("axe.min.js").read_text(encoding="utf-8")


def barriers(page, inside: str = "html", impacts=GRAVE) -> list[tuple[str, str, str]]:
    """(rule, impact, element) of what stands in the way within the elements that `inside` selects; axe must find those."""
    page.evaluate(_script())
    found = page.evaluate("inside => axe.run({include: [inside]}, {resultTypes: ['violations']})", inside)
    assert found["passes"], f"axe looked at nothing within {inside}"
    return [
        (rule["id"], rule["impact"], node["html"][:200])
        for rule in found["violations"]
        if rule["impact"] in impacts
        for node in rule["nodes"]
    ]
