"""Archives made to do harm: names, links, sizes."""

from __future__ import annotations

import io
import zipfile

import pytest
from formats_samples import zipped

from analysis.texts.read.formats.limits import Harmful, check_member, check_office, members


@pytest.mark.parametrize("name", ["../up.txt", "/root.txt", "a/../../b.txt", "C:/x.txt"])
def test_names_that_lead_out_of_an_archive(name):
    with pytest.raises(Harmful, match="leads out"):
        check_member(zipfile.ZipInfo(name))


def test_sizes_out_of_proportion_and_links():
    info = zipfile.ZipInfo("a.txt")
    info.file_size, info.compress_size = 50_000_000, 1000
    with pytest.raises(Harmful, match="zip bomb"):
        check_member(info)
    link = zipfile.ZipInfo("b.txt")
    link.external_attr = 0o120777 << 16
    with pytest.raises(Harmful, match="symbolic link"):
        check_member(link)


def test_members_come_by_name_without_folders():
    with zipfile.ZipFile(io.BytesIO(zipped({"b.txt": "1", "a/": "", "a.txt": "2"}))) as archive:
        assert [info.filename for info in members(archive)] == ["a.txt", "b.txt"]


def test_what_is_no_office_file():
    with pytest.raises(Harmful, match="no readable Office file"):
        check_office(b"PK nothing")
