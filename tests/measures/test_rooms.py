"""Each room of statistics offers its verbs by name, and importing one stays light."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

ROOMS = ("inference", "frames", "words", "words.keyness", "topics", "time", "time.breaks", "validation")


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_offers_its_verbs_with_a_docstring_each(room):
    module = importlib.import_module(f"analysis.measures.{room}")
    assert 4 <= len(module.__all__) <= 16
    for name in module.__all__:
        offered = getattr(module, name)
        assert offered.__module__.startswith(f"analysis.measures.{room}."), name
        assert offered.__doc__, name


def test_importing_the_rooms_loads_no_heavy_library():
    names = [f"analysis.measures.{room}" for room in ROOMS]
    code = f"import importlib, sys; [importlib.import_module(name) for name in {names}]; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"pandas", "scipy", "statsmodels", "gensim", "nltk", "ruptures", "sklearn", "matplotlib"}
    assert not heavy & set(done.stdout.split())
