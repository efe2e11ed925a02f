"""The formats that are read: one entry each. A new format is one reader and one entry here.

The entry says by which endings a file's name stands for the format, how its bytes are read, whether it is read as a stream
and in pieces, whether its records have columns, and by which lines an export is told from other files of its kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.texts.read.formats import (
    addresses,
    archives,
    delimited,
    factiva,
    jsons,
    mail,
    nexis,
    pages,
    parquet,
    pdf,
    plain,
    proquest,
    rtf,
    warc,
    word,
    workbooks,
)
from analysis.texts.read.formats.limits import MAX_FILE
from analysis.texts.read.formats.record import Made, Part

MAX_DOCUMENT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    suffixes: endings of file names, the first one the usual; each may be followed by .gz if `packed`. read: the records
    of a file's bytes. stream: the same from the file, without all of it in memory. cut: pieces that can be read apart.
    columns: "none" (a document with the fields that its reader gives), "some" (records that may lack a column) or "all"
    (every record has every column). is_collection: a file holds many records, and is a source of its own.
    limit: bytes of a file that is not streamed. looks_like: the reason to take lines for this export, or "".
    """

    name: str
    what: str
    read: Callable[[bytes, Part], Made]
    suffixes: tuple[str, ...] = ()
    stream: Callable[[Part], Made] | None = None
    cut: Callable[[Part], list[Part]] | None = None
    columns: str = "none"
    is_collection: bool = False
    packed: bool = True
    limit: int = MAX_FILE
    looks_like: Callable[[list[str]], str] | None = None


_TABLE: dict[str, Any] = {"columns": "all", "is_collection": True}
_DOCUMENT: dict[str, Any] = {"limit": MAX_DOCUMENT}
ENTRIES = (
    Format("txt", "plain text", plain.read_bytes, (".txt", ".text"), **_DOCUMENT),
    Format("md", "Markdown", plain.read_bytes, (".md", ".markdown"), **_DOCUMENT),
    Format("html", "a saved page", pages.read_html, (".html", ".htm", ".xhtml"), **_DOCUMENT),
    Format("mhtml", "a page saved in one file", mail.read_mhtml, (".mhtml", ".mht"), **_DOCUMENT),
    Format("eml", "a letter", mail.read_eml, (".eml",), **_DOCUMENT),
    Format("json", "JSON", jsons.read_bytes, (".json", ".geojson"), columns="some", is_collection=True),
    Format(
        "jsonl",
        "JSON lines",
        jsons.read_lines_bytes,
        (".jsonl", ".ndjson"),
        jsons.read_lines,
        jsons.plan,
        columns="some",
        is_collection=True,
    ),
    Format("csv", "a table", delimited.read_bytes, (".csv", ".psv"), delimited.read, delimited.plan, **_TABLE),
    Format("tsv", "a table", delimited.read_bytes, (".tsv", ".tab"), delimited.read, delimited.plan, **_TABLE),
    Format("xlsx", "a workbook", workbooks.read_xlsx, (".xlsx", ".xlsm"), packed=False, **_TABLE),
    Format("xls", "an older or open workbook", workbooks.read_other, (".xls", ".xlsb", ".ods"), packed=False, **_TABLE),
    Format("parquet", "Parquet", parquet.read_bytes, (".parquet",), parquet.read, parquet.plan, packed=False, **_TABLE),
    Format("pdf", "PDF", pdf.read_pdf, (".pdf",), **_DOCUMENT),
    Format("docx", "a Word document", word.read_docx, (".docx", ".docm"), packed=False, **_DOCUMENT),
    Format("doc", "RTF, DOCX or a page under the name .doc", word.read_doc, (".doc",), packed=False, **_DOCUMENT),
    Format("odt", "an OpenDocument text", word.read_odt, (".odt",), packed=False, **_DOCUMENT),
    Format("rtf", "RTF", rtf.read_rtf, (".rtf",), **_DOCUMENT),
    Format("warc", "a web archive", warc.read_bytes, (".warc",), warc.read_warc, is_collection=True),
    Format("zip", "an archive", archives.refuse_nested, (".zip",), archives.read, is_collection=True, packed=False),
    Format("nexis", "a Nexis export", nexis.read_nexis, looks_like=nexis.looks_like),
    Format("factiva", "a Factiva export", factiva.read_factiva, looks_like=factiva.looks_like),
    Format("proquest", "a ProQuest export", proquest.read_proquest, looks_like=proquest.looks_like),
    Format("urls", "a list of addresses", addresses.read_urls, looks_like=addresses.looks_like),
)
FORMATS: dict[str, Format] = {entry.name: entry for entry in ENTRIES}
SUFFIXES: dict[str, str] = {
    ending: entry.name
    for entry in ENTRIES
    for suffix in entry.suffixes
    for ending in ((suffix, f"{suffix}.gz") if entry.packed else (suffix,))
}
# Kinds without a reader, with the way to one. Files of these kinds are named on screen; no text is read from them.
REMEDIES = {
    ".wpd": "open it in a word processor and save it as .docx",
    ".wps": "open it in a word processor and save it as .docx",
    ".pages": "export it as .docx",
    ".numbers": "export it as .xlsx",
    ".msg": "save the letter as .eml or .txt",
    ".mbox": "save the letters one by one as .eml",
    ".epub": "convert it to .html or .docx",
    ".xml": "convert it to .jsonl, .csv or one .txt for each text",
    ".rar": "unpack it into the folder of texts",
    ".7z": "unpack it into the folder of texts",
    ".tar": "unpack it into the folder of texts",
    ".tar.gz": "unpack it into the folder of texts",
    ".tgz": "unpack it into the folder of texts",
    ".gz": "unpack it, or give it the ending of what it holds, such as .jsonl.gz",
    ".bz2": "unpack it into the folder of texts",
    ".xz": "unpack it into the folder of texts",
    ".zst": "unpack it into the folder of texts",
    ".rds": "save the table as .csv or .parquet from R",
    ".rdata": "save the table as .csv or .parquet from R",
    ".dta": "save the table as .csv or .parquet",
    ".sav": "save the table as .csv or .parquet",
    ".sqlite": "export the table as .csv",
    ".db": "export the table as .csv",
    ".accdb": "export the table as .csv",
    ".png": "run text recognition and save the text",
    ".jpg": "run text recognition and save the text",
    ".jpeg": "run text recognition and save the text",
    ".tif": "run text recognition and save the text",
    ".tiff": "run text recognition and save the text",
    ".pptx": "save its text as .txt or .docx",
    ".ppt": "save its text as .txt or .docx",
}


def remedy_of(name: str) -> str:
    """What to do with a file that no reader knows, by the ending of its name; "" if nothing is known."""
    ends = [end.lower() for end in Path(name).suffixes]
    return REMEDIES.get("".join(ends[-2:]), "") or REMEDIES.get("".join(ends[-1:]), "")
