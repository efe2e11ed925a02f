"""Names in any script are drawn with glyphs, and a glyph that no font has is refused by its name."""

from __future__ import annotations

import hashlib
import unicodedata

import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.figures import bars, fonts, forest, heatmap, network, save, style
from analysis.figures.fonts import FAMILY, PACKAGES, fallbacks, is_seen, packages_used

NAMES = [
    "\u1797\u17d2\u1793\u17c6\u1796\u17c1\u1789",  # Khmer
    "\u4eba\u6c11\u65e5\u62a5",  # Chinese
    "\u65e5\u672c\u7d4c\u6e08",  # Japanese
    "\u062c\u0631\u064a\u062f\u0629",  # Arabic
    "\u0e44\u0e17\u0e22",  # Thai
    "Emoji \U0001f389\U0001f4f0 daily",
    "Gain $5 and $6 Daily",
    "A_B & C% #1 {x} ~y^z",
]
PLAIN = ["The Heron", "Café – “Nile” −", "Ёлка", "Ψ"]


def rows(names):
    n = range(1, len(names) + 1)
    return pd.DataFrame({"o": names, "v": n, "l": [x - 0.5 for x in n], "h": [x + 0.5 for x in n], "k": "k"})


def figures(names):
    table = rows(names)
    yield forest(table, label="o", estimate="v", low="l", high="h", hue="o", axis_label=names[0])
    yield bars(table, label="o", value="v", panel="k")
    yield heatmap(table, row="o", column="k", value="v")
    yield network(table.assign(to=names[1:] + names[:1]), source="o", target="to", weight="v")


def test_no_name_has_a_glyph_missing_in_any_figure():
    for figure in figures(NAMES):  # matplotlib warns of a missing glyph, and warnings are errors here
        used = packages_used(figure)
        assert set(used) == {"manimgx-fonts", "pylopdf-fonts-zh-cn"}
        assert all(len(data) > 1000 for data in save.render(figure).values())


def test_bold_titles_find_the_one_weight_there_is(caplog):
    figure = bars(rows(NAMES).assign(k=NAMES[0]), label="o", value="v", panel="k")
    save.render(figure)
    assert figure.axes[0].get_title(loc="left") == NAMES[0]
    assert not caplog.records


def test_figures_that_need_no_other_font_are_the_same_to_the_byte(monkeypatch):
    def digests():
        return [hashlib.sha256(data).hexdigest() for f in figures(PLAIN) for data in save.render(f).values()]

    with_fallbacks = digests()
    assert packages_used(next(figures(PLAIN))) == []
    monkeypatch.setattr(style, "fallbacks", tuple)
    assert digests() == with_fallbacks


@pytest.mark.parametrize("character", ["\u13a0", "\U00012000", "\ua98f"])  # Cherokee, Cuneiform, Javanese
def test_a_glyph_that_no_font_has_is_refused_by_name(character, tmp_path, monkeypatch):
    from analysis.figures import fonts

    monkeypatch.setenv("DISCOURSE_FIGURES", str(tmp_path))
    found = fonts.find_spec
    monkeypatch.setattr(fonts, "find_spec", lambda name: None if name == "pylopdf_fonts_ko" else found(name))
    table = rows([f"The {character} Daily", "B"])
    with pytest.warns(UserWarning, match="missing from font"):  # matplotlib measures the labels before we look
        figure = heatmap(table, row="o", column="k", value="v")
    with pytest.raises(DiscourseError) as caught:
        save.publish(figure, "frames_news", table, title="T", caption="C", alt="A")
    for part in (f"U+{ord(character):04X}", unicodedata.name(character), f"The {character} Daily", "pylopdf-fonts-ko"):
        assert part in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_without_the_packages_the_refusal_says_what_to_install(monkeypatch):
    from analysis.figures import fonts

    monkeypatch.setattr(fonts, "find_spec", lambda _: None)
    monkeypatch.setattr(fonts, "fallbacks", tuple)
    with pytest.raises(DiscourseError, match=r"KHMER LETTER PHO.*manimgx-fonts \(most scripts and emoji\)"):
        packages_used(forest(rows(NAMES[:1]), label="o", estimate="v", low="l", high="h"))


@pytest.mark.parametrize("character", ["\u200b", "\u200d", "\ufe0f", "\u00a0", "\n", "\u2067"])
def test_what_leaves_no_ink_needs_no_glyph(character):
    assert not is_seen(character)
    assert is_seen("a") and is_seen("\u17c6")


def test_versions_of_fonts_stand_in_the_sidecar_where_they_draw(tmp_path, monkeypatch):
    monkeypatch.setenv("DISCOURSE_FIGURES", str(tmp_path))
    for figure_id, names in (("plain", PLAIN), ("khmer", NAMES[:1])):
        table = rows(names)
        figure = forest(table, label="o", estimate="v", low="l", high="h")
        made = save.publish(figure, figure_id, table, title="T", caption="C", alt="A")
        assert ("manimgx-fonts" in made.sidecar["versions"]) == (figure_id == "khmer")


def test_fonts_come_from_packages_that_the_project_asks_for(root):
    import tomllib

    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["korean"]]
    for package, _ in PACKAGES.values():
        assert any(line.startswith(package) for line in asked), package
    assert FAMILY not in [font.family for font in fallbacks()]
    assert len({font.family for font in fallbacks()}) == len(fallbacks()) > 15


def test_fonts_are_looked_for_once_and_drawn_as_before():
    from matplotlib import font_manager

    manager = font_manager.fontManager
    search = type(manager)._find_fonts_by_props
    prop = font_manager.FontProperties(weight="bold")
    with style.drawing():
        same = manager._find_fonts_by_props(prop)
        assert manager._find_fonts_by_props(prop.copy()) is same
        assert same == search(manager, prop)
        assert manager._find_fonts_by_props(font_manager.FontProperties(weight="normal")) != same
        with fonts.found_once():  # one inside another changes nothing
            assert manager._find_fonts_by_props(prop) is same
        assert manager._find_fonts_by_props(prop) is same
    assert "_find_fonts_by_props" not in vars(manager)


def test_a_sentence_with_a_name_from_right_to_left_keeps_its_order():
    from matplotlib.figure import Figure

    figure = Figure()
    note = figure.supxlabel("Too few: الشرق\nالأوسط (15 and 5); Times (3 and 2).")
    plain = figure.suptitle("Too few: Times (3 and 2), ប្រជាជន.")
    label = figure.subplots().set_title("الشرق 24")
    fonts.keep_order(figure)
    fonts.keep_order(figure)  # a figure may be saved twice
    mark = "\u200e"
    assert note.get_text() == f"{mark}Too few: الشرق{mark}\n{mark}الأوسط{mark} (15 and 5); Times (3 and 2)."
    assert plain.get_text() == "Too few: Times (3 and 2), ប្រជាជន."
    assert label.get_text() == "الشرق 24"
    assert fonts.packages_used(figure)  # the marks need no glyph
