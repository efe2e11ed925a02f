"""One name for each id, whatever it is the id of."""

from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.store.gateway import StoreWriter
from analysis.store.label_names import check_names, names_of

LABELS = {
    "actors": [{"actor_id": "djoser", "name": "Djoser"}, {"actor_id": "nameless", "name": ""}],
    "eras": [{"era_id": "djoser", "label": "Djoser"}, {"era_id": "late", "label": "Late Kingdom"}],
    "outlets": [{"outlet_id": "heron", "name": "The Heron"}],
    "entries": [{"frame": "high_water"}, {"frame": "high_water"}],
}


def test_every_kind_has_names_and_an_era_may_be_called_after_a_person():
    check_names(LABELS)
    assert names_of(LABELS.__getitem__) == {
        "djoser": "Djoser",
        "late": "Late Kingdom",
        "heron": "The Heron",
        "high_water": "High water",
    }


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ({"outlets": [{"outlet_id": "late", "name": "Late News"}]}, "'late' is an outlet .*'Late News'.* and an era"),
        ({"actors": [{"actor_id": "heron", "name": "A bird"}]}, "'heron' is an actor .*actors.toml.* and an outlet"),
        ({"eras": [{"era_id": "high_water", "label": "Flood"}]}, "an era .*and a frame .'High water', codebook/"),
    ],
)
def test_an_id_with_two_names_is_refused_before_a_store_is_written(labels, words, tmp_path):
    with pytest.raises(DiscourseError, match=words):
        check_names({**LABELS, **labels})
    with pytest.raises(DiscourseError, match=words):
        StoreWriter(tmp_path / "s").finish({}, {**LABELS, **labels})
    assert not list((tmp_path / "s").glob("manifest.json"))
