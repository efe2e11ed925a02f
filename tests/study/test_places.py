from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.study.places import folders_of, is_repository


def test_texts_lie_in_the_folder_or_in_texts_of_a_repository(tmp_path):
    with pytest.raises(DiscourseError, match=r"no corpus/sources\.toml there. Write one with `discourse init"):
        folders_of(tmp_path)
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "sources.toml").write_text("")
    (tmp_path / "texts").mkdir()
    assert folders_of(tmp_path) == (tmp_path / "corpus", tmp_path) and not is_repository(tmp_path)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "plan.toml").write_text("")
    assert folders_of(tmp_path) == (tmp_path / "corpus", tmp_path / "texts") and is_repository(tmp_path)
