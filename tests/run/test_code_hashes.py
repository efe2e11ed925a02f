from __future__ import annotations

import ast
import io
import tokenize

import pytest
from sample_project import write_notebook

from analysis.errors import DiscourseError
from analysis.run.code_hashes import _comments, closure, code_of, normalised, notebook_hash


@pytest.fixture
def package(tmp_path):
    def write(name, text):
        path = tmp_path / "analysis" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    write("__init__.py", '"""Words."""\n__version__ = "1"\n')
    write("measures/__init__.py", "from analysis.measures.a import first\nfrom analysis.measures.b import second\n")
    write(
        "measures/a.py", "import numpy as np\nfrom analysis.store import opened\ndef first():\n    return np.zeros(1)\n"
    )
    write("measures/b.py", "def second():\n    import scipy.stats\n    return open('words.txt')\n")
    write("measures/words.txt", "one\n")
    write("store/__init__.py", "from .gateway import opened\n")
    write("store/gateway.py", "from . import errors\ndef opened():\n    return 1\n")
    write("store/errors.py", "class E(ValueError):\n    pass\n")
    return tmp_path


def names(files):
    return [name.removeprefix("analysis/") for name in files]


def test_only_the_modules_behind_the_imported_names_count(package):
    files, libraries = closure("from analysis.measures import first", package)
    assert names(files) == ["measures/a.py", "store/errors.py", "store/gateway.py"]
    assert libraries == ["numpy"]
    files, libraries = closure("from analysis.measures.b import second\nimport pandas", package)
    assert names(files) == ["measures/b.py", "measures/words.txt"]
    assert libraries == ["pandas", "scipy"]
    assert names(closure("import analysis.measures", package)[0]) == [
        "measures/a.py",
        "measures/b.py",
        "measures/words.txt",
        "store/errors.py",
        "store/gateway.py",
    ]


def test_comments_docstrings_and_blank_lines_do_not_count():
    code = "def f(x):\n    return x  # plus nothing\n"
    told = '"""Module."""\n\n\ndef f(x):\n    """Twice the truth.\n\n    In two paragraphs.\n    """\n    # why\n'
    told += "    return x\n"
    assert normalised(code) == normalised(told)
    assert normalised(code) != normalised("def f(x):\n    return -x\n")
    assert "# not a comment" in normalised("x = '# not a comment'\n")


def test_a_notebook_hash_follows_code_not_words(tmp_path):
    write_notebook(tmp_path / "n.ipynb", "x = 1", parameters="a = 1")
    first = notebook_hash(tmp_path / "n.ipynb")
    text = (tmp_path / "n.ipynb").read_text()
    (tmp_path / "n.ipynb").write_text(text.replace("A question", "Another question"))
    assert notebook_hash(tmp_path / "n.ipynb") == first
    (tmp_path / "n.ipynb").write_text(text.replace("x = 1", "x = 2"))
    assert notebook_hash(tmp_path / "n.ipynb") != first


def test_a_syntax_error_names_notebook_cell_and_line(tmp_path):
    write_notebook(tmp_path / "n.ipynb", "x = 1", "y =\n", parameters="a = 1")
    with pytest.raises(DiscourseError, match=r"n\.ipynb, cell 4, line 1"):
        code_of(tmp_path / "n.ipynb")


@pytest.mark.slow
def test_comments_are_those_of_the_tokenizer_in_every_file_of_the_package(root):
    """Most files need no tokens; those in which a string holds the sign do."""
    quick = 0
    for path in sorted((root / "analysis").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        wanted = [token.start for token in tokens if token.type == tokenize.COMMENT]
        assert _comments(text, text.splitlines(), ast.parse(text)) == wanted, path
        quick += 1
    assert quick > 100


@pytest.mark.parametrize(
    "text",
    [
        'x = "# no"  # yes\n',
        'x = ("a"  # one\n     "b")\n',
        'x = f"{1} # no"\n',
        'x = """\n# no\n"""  # yes\n',
        'x = "é" # yes\n',
        "x = b'#' # yes # still\n",
        "x = 1 # no end",
        "#! first\nx = 1\x0c# page\n",
    ],
)
def test_a_sign_within_a_string_is_no_comment(text):
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    wanted = [token.start for token in tokens if token.type == tokenize.COMMENT]
    assert _comments(text, text.splitlines(), ast.parse(text)) == wanted
