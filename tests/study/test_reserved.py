"""Groups the program makes have keys that no outlet or era can have."""

from __future__ import annotations

import pytest

from analysis.study import reserved
from analysis.study.declaration import _ID


@pytest.mark.parametrize("key", sorted(reserved.NAMES))
def test_no_id_is_written_so(key):
    assert not _ID.fullmatch(key)


def test_outlets_named_like_a_group_keep_their_names():
    names = reserved.with_groups({"other": "Other", "none": "None", "all": "All", "others": "Others"})
    assert [names[key] for key in ("other", "none", "all", "others")] == ["Other", "None", "All", "Others"]
    assert names[reserved.OTHERS] == "all other outlets"
