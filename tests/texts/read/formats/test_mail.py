"""Letters and pages saved in one file."""

from __future__ import annotations

from formats_samples import LONG, PAGE, read


def test_a_letter_with_parts(tmp_path):
    import email.message

    letter = email.message.EmailMessage()
    letter["Subject"], letter["From"], letter["Date"] = "“Rain”", "a@b.example", "Sun, 20 Aug 2023 08:00:00 +0700"
    letter.set_content("It rained – for days.")
    letter.add_alternative("<p>It rained.</p>", subtype="html")
    letter.add_attachment(b"x", maintype="application", subtype="pdf", filename="x.pdf")
    (made,) = read(tmp_path / "a.eml", bytes(letter))
    assert made.fields["title"] == "“Rain”"
    assert made.fields["text"].strip() == "It rained – for days."


def test_a_page_saved_in_one_file(tmp_path):
    import email.message

    saved = email.message.EmailMessage()
    saved["From"], saved["Subject"] = "<Saved by a browser>", "Harbour"
    saved.set_content(PAGE % (LONG, LONG), subtype="html", charset="utf-8")
    (made,) = read(tmp_path / "a.mhtml", bytes(saved))
    assert made.fields["title"] == "Harbour opens"
    assert "dredgers" in made.fields["text"]


def test_what_is_no_letter_is_refused(tmp_path):
    assert read(tmp_path / "a.eml", "The town was open.")[0].kind == "malformed"
    assert read(tmp_path / "b.mhtml", "Subject: a\nFrom: b\n\nText")[0].kind == "malformed"


def test_a_part_without_headers_of_its_own_is_the_text(tmp_path):
    head = "Subject: Rain\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n"
    for end in ("", "\n--x--\n"):
        (made,) = read(tmp_path / "a.eml", f"{head}It rained.{end}")
        assert made.fields["text"].strip() == "It rained."
