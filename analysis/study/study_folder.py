"""The files around a study of one's own that is a repository of its own: what `discourse new` writes beside corpus/.

The package is a dependency of such a repository; notebooks and their plan are copied into it, so that they can be changed.
"""

from __future__ import annotations

import json

from analysis import __version__

NO_AUTHOR = "Author to be named"
COLLECTION = "news"  # the one that the skeleton of study.toml declares

CITATION = """\
cff-version: 1.2.0
message: "Please cite the figure you use with `discourse cite ID`, and this work as below."
type: dataset
title: {title}
version: 0.1.0
# date-released: "2020-01-31"   # a release needs it
authors:
{author}
"""
README = """\
# {title}

A comparative study of how texts frame something, made with [cambodia-discourse](docs/methods) {version}. The texts are not
in this repository; `corpus/store` holds counts and annotations without order, from which every figure is drawn.

## Look at it

    make run       # once: installs what is needed into .venv; then draws what has changed
    make verify    # draws every figure again and compares
    make site      # a site to open without a server: site/index.html

[figures/README.md](figures/README.md) lists the figures and what found nothing to draw. `discourse cite ID` prints how to
cite one.

## Work on it

1. Say in `corpus/*.toml` and `corpus/codebook/` what the study asks. All are valid as they are; comments explain the keys.
2. Put the texts into `texts/`, in any format. `discourse init --force .` guesses `corpus/sources.toml`; `discourse check`
   says what would be kept and refused.
3. `discourse build` writes the public store. Commit `corpus/store` with the figures.
4. `discourse run` draws every figure of `notebooks/plan.toml` that the store can carry, and says why others were left out.
5. Put your name into `CITATION.cff`. `discourse site`, `discourse figures --paper`, `discourse release` publish.

`texts/` and `corpus/private` are private, and so are `corpus/sources.toml` and `corpus/corrections.toml`, which name files:
`.gitignore` keeps all of them out of the repository.
"""
GITIGNORE = """\
# Private: the texts, the table that leads from ids to files, and what names files, which are often called by a headline.
/texts/
/corpus/private/
/corpus/sources.toml*
/corpus/corrections.toml
/corpus/fill_in.txt
# Made again when needed.
/.venv/
/.cache/
/figures/drafts/
/site/
/release/
/paper/
.ipynb_checkpoints/
__pycache__/
*.tmp
"""
REQUIREMENTS = """\
# The package that draws this study, at the version that drew it. Where it is on no index: put its wheel into wheels/.
--find-links wheels
cambodia-discourse=={version}
"""
MAKEFILE = """\
# make run: environment, then every figure that has changed. make verify: draws all again and compares.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
DISCOURSE := $(VENV)/bin/discourse
export PYTHONNOUSERSITE := 1
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

.DEFAULT_GOAL := run
.PHONY: run check verify site release lab clean

run: $(VENV)/.installed
\t@$(DISCOURSE) run

check: $(VENV)/.installed
\t@$(DISCOURSE) figures --check

verify: $(VENV)/.installed
\t@$(DISCOURSE) verify

site: $(VENV)/.installed
\t@$(DISCOURSE) site

release: $(VENV)/.installed
\t@$(DISCOURSE) release

lab: $(VENV)/.installed
\t@$(DISCOURSE) lab

clean:
\trm -rf $(VENV) .cache site release

$(VENV)/.installed: requirements.txt
\t$(PYTHON) -m venv $(VENV)
\t$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
\t@touch $@
"""
CI = """\
# What a reader would do: are the figures those of this store, plan and code, and do they come out the same?
name: study
on:
  push:
  pull_request:
permissions:
  contents: read
jobs:
  figures:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
      - uses: actions/setup-python@0b93645e9fea7318ecaed2b359559ac225c90a2b # v5.3.0
        with:
          python-version: "3.12"
      - run: make check
      - run: make verify
      - run: make site
"""


def citation(title: str, author: str = "") -> str:
    """The text of CITATION.cff. author: "Family, Given", or the name of a body; "" leaves it to be named."""
    family, comma, given = (part.strip() for part in author.partition(","))
    if comma and family and given:
        row = f"  - family-names: {_quoted(family)}\n    given-names: {_quoted(given)}"
    else:
        row = f"  - name: {_quoted(author.strip() or NO_AUTHOR)}"
    return CITATION.format(title=_quoted(" ".join(title.split())), author=row)


def study_folder(title: str, author: str = "") -> dict[str, str]:
    """File name, relative to the study's folder -> text, of all that stands around its corpus."""
    return {
        "README.md": README.format(title=" ".join(title.split()), version=__version__),
        "CITATION.cff": citation(title, author),
        ".gitignore": GITIGNORE,
        "requirements.txt": REQUIREMENTS.format(version=__version__),
        "Makefile": MAKEFILE,
        ".github/workflows/study.yml": CI,
        "wheels/README.md": "Wheels of packages that are on no index; `requirements.txt` looks for them here.\n",
    }


def _quoted(text: str) -> str:
    """A text as YAML writes it in double quotes."""
    return json.dumps(text, ensure_ascii=False)
