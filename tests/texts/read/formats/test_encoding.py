"""Encodings, by the rules of the web."""

from __future__ import annotations

import pytest
from formats_samples import read

from analysis.texts.read.formats.encoding import NotText, decode, encoding_of, is_mostly_utf8, web_name, western
from analysis.texts.read.formats.mend import stray_bytes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_detected(tmp_path, encoding):
    text = "Le ministre a déclaré que la coopération était très étroite, malgré la sévérité de l’été. " * 8
    (record,) = read(tmp_path / "a.txt", text.encode(encoding))
    assert record.fields["text"] == text


def test_windows_quotation_marks(tmp_path):
    text = "The minister’s “ironclad” friendship — he said. " * 8
    assert read(tmp_path / "a.txt", text.encode("cp1252"))[0].fields["text"] == text


TEXT = "“We are friends,” the mayor’s envoy said — in the café. " * 5


@pytest.mark.parametrize("name", ["utf-8", "cp1252", "mac_roman", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_english_with_curly_marks_in_every_usual_encoding(name):
    assert decode(TEXT.encode(name)).lstrip("\ufeff") == TEXT


@pytest.mark.parametrize("hint", ["iso-8859-1", "latin1", "ascii", "windows-1252", "nonsense", "utf-16", "shift_jis"])
def test_labels_that_lie(hint):
    assert decode(TEXT.encode("cp1252"), hint=hint if hint != "shift_jis" else "iso-8859-1") == TEXT
    assert decode(TEXT.encode(), hint=hint) == TEXT


def test_labels_of_other_scripts_are_believed_where_the_bytes_agree():
    text = "これは港についての記事です。" * 5
    assert decode(text.encode("shift_jis"), hint="Shift_JIS") == text
    assert decode("Мир и порт. ".encode("cp1251") * 9, hint="windows-1251") == "Мир и порт. " * 9


@pytest.mark.parametrize("bad", [b"caf\xe9", b"\x93old\x94", b"\xff", b"x\xc3"])
def test_a_stray_byte_costs_only_itself(bad):
    data = TEXT.encode() + b"\n" + bad + b"\n" + TEXT.encode()
    text = stray_bytes(decode(data))[0]
    assert text.startswith(TEXT)
    assert text.endswith(TEXT)


def test_names_and_refusals():
    assert web_name("Latin-1") == "cp1252"
    assert encoding_of(b"") == "utf-8"
    assert western(b"the town\xd5s \xd2we\xd3") == "mac_roman"
    assert not is_mostly_utf8("Ð¢Ð¾".encode("cp1251", "replace"))
    with pytest.raises(NotText, match="not known"):
        web_name("latin-9000")
    with pytest.raises(NotText, match="binary"):
        decode(bytes(range(256)) * 40 + bytes(2000))
