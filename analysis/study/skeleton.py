"""The files of a study that declares nothing yet: each valid as it is, with a comment on every key that is to be filled."""

from __future__ import annotations

import json

STUDY = """\
# What this study is about. Every key is checked; one that is not known is refused with the list of those that are.

[study]
name = {name}
title = {title}
question = ""     # stands on the first page of the site
focal_state = ""  # ISO 3166 alpha-3 of the state the study asks about; its outlets are a contrast's target by default

[[collection]]
id = "news"
label = "News"
unit = "week"     # drawn as a whole when intervals and tests resample: document, week, month or year

# Sides of speakers, in the order in which they are drawn. "analyst", "other", "outlet" and "unknown" are always there.
# [[side]]
# id = "home"
# label = "own leaders"

# The event the study asks about; events of kind "rival" could explain the same change. start, end: documents left out.
# [[event]]
# id = "handover"
# label = "handover"
# date = 2010-05-11
# start = 2010-05-06
# end = 2010-05-11
# kind = "transition"
# source = "who says so"

# Outlets taken together: `outlets` names them, or every outlet that meets all of type, country, language, side.
# [[group]]
# id = "wires"
# label = "Agencies"
# type = ["wire"]

# Rules of the engine that hold for single frames: relational, stance, owned, choice, ironical (docs/own-study.md).
# [[frame_kind]]
# id = "relational"
# frames = ["friendship"]
"""
ERAS = """\
# Eras are half-open: `start` belongs to the era, `end` does not. They may stand in any order and must not overlap.
# short, colour ("#rrggbb") and shade may be left out.

[[era]]
era_id = "before"
label = "Before"
start = 2000-01-01
end = 2010-01-01
reason = "why it begins and ends there"
source = "who says so"

[[era]]
era_id = "after"
label = "After"
start = 2010-01-01
reason = "why it begins there"
source = "who says so"
"""
OUTLETS = """\
# Who publishes. country: ISO 3166 alpha-3 of its seat. aliases and domains lead texts to the outlet. `discourse check`
# prints a ready table for each outlet that it finds in the texts and that does not stand here.
# credited_as: how others credit its reports when they reprint them: "TOWN, May 27 (Agency) --". photo_credits: what else
# its captions end in.

[[outlet]]
outlet_id = "unknown"
name = "unknown"
country = ""
type = "unknown"
"""
ACTORS = """\
# Who acts and who speaks. Names are matched as written (case matters), longest first. side: one of study.toml.
# ignore: longer names that contain a name and are none.

ignore = []

# [[state]]
# id = "FRA"
# side = "home"
# names = ["France"]
# demonyms = ["French"]
# capitals = ["Paris"]

# [[person]]
# id = "ann_lee"
# name = "Ann Lee"
# state = "FRA"
# offices = [{ role = "head_of_government", from = "2001-01-01", to = "2005-01-01" }]
"""
FRAME = """\
# One file per frame; its name is the frame's. docs/codebook.md explains patterns, exclude, requires and forbids.

frame = "example"
label = "Example"
about = "what the frame claims; without a contrast set a fall cannot be read"

[[entry]]
id = "example"
pattern = ["for example", "for instance"]
category = "example"
source = "whom the term comes from"
examples = ["This is, for example, a hit."]
"""
SOURCES = """\
# Where the texts come from; paths are relative to the study's folder. `discourse init --force` guesses this file once there
# are texts. columns: document field = column, or a template such as "{year}-09".

[[source]]
source_id = "texts"
path = "texts/*.txt"
collection = "news"
language = "en"
"""

CORRECTIONS = """\
# Changes of single documents, each with its reason and a guard: the build stops if `expect` no longer holds.
# target: the document's id, as `discourse check` and the build report name it. For example (take the # away):
#
# [[correction]]
# target = "txt:plain"
# action = "set"                # or drop, cut_lines, title_line
# reason = "The day is printed on the scan."
# expect = { date = "" }        # what the source holds now
# set = { date = "2010-05-11", outlet = "example_post" }
"""
GITIGNORE = """\
# Written by `discourse init`: nothing of this folder is committed but what declares the study.
/*
!/.gitignore
!/corpus/
/corpus/*
!/corpus/*.toml
!/corpus/codebook/
!/corpus/codings/
# These name files and folders, which are often called by a headline or a person. Read them before you commit them.
/corpus/sources.toml*
/corpus/corrections.toml
"""


def _quoted(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False)


def skeleton(name: str, title: str = "") -> dict[str, str]:
    """File name, relative to the corpus folder -> text, of a study of this name. title: "" for the name in words."""
    words = title or (name.replace("_", " ").replace("-", " ").strip() or "study").capitalize()
    return {
        "study.toml": STUDY.format(name=_quoted(name or "study"), title=_quoted(words)),
        "eras.toml": ERAS,
        "outlets.toml": OUTLETS,
        "actors.toml": ACTORS,
        "codebook/example.toml": FRAME,
        "sources.toml": SOURCES,
    }
