"""A coder for JupyterLab: one passage after the other, by buttons or by keys, each answer on disk before the next is shown.

Needs the sheet of a draw, and shows its texts: never publish a notebook with its output.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError, not_allowed
from analysis.store.html import render
from analysis.texts.coding import sheet as sheets
from analysis.texts.coding.sheet import ANY, CHOICES, CLOSE, OPEN, QUESTIONS, Answer

TEMPLATES = Path(__file__).resolve().parent / "templates"
KEYS = {
    "frame_right": dict(zip("ybnu", CHOICES["frame_right"], strict=True)),
    "about": dict(zip("fonu", CHOICES["about"], strict=True)),
    "voice": dict(zip("oqru", CHOICES["voice"], strict=True)),
}
HELP = (
    "Keys, then Enter. Marked words: frame right (y yes, b borderline, n no, u unclear), whose (f focal, o other, n none, "
    "u unclear), voice (o own, q quoted, r reported, u unclear), then - if negated and m if only mentioned: yfo, nnr-. "
    "Whole paragraphs: the numbers of the frames in it, or 0."
)


def read_keys(keys: str, asked: str, frames: list[str]) -> dict[str, str]:
    """The answers that a line of keys stands for (`HELP`). asked: the frame, or `ANY`. frames: in the order numbered.

    Raises `DiscourseError` that names the key and what is allowed in its place.

    >>> read_keys("yfq-", "bridge", ["bridge"])
    {'frame_right': 'yes', 'about': 'focal', 'voice': 'quoted', 'negated': 'yes', 'mention': 'no'}
    """
    keys = keys.strip().lower()
    if asked == ANY:
        numbers = [str(i) for i in range(len(frames) + 1)]
        for key in keys:
            if key not in numbers:
                raise DiscourseError(not_allowed("number of a frame", key, numbers))
        named = [frames[int(key) - 1] for key in dict.fromkeys(keys) if key != "0"]
        return {"frames": " ".join(named) or "none"} if keys else {}
    found = {}
    for (name, allowed), key in zip(KEYS.items(), keys, strict=False):
        if key not in allowed:
            raise DiscourseError(not_allowed(f"key for {name}", key, list(allowed)))
        found[name] = allowed[key]
    for key in keys[len(KEYS) :]:
        if key not in "-m":
            raise DiscourseError(not_allowed("key after the first three", key, ["-", "m"]))
    if found:
        found |= {"negated": "yes" if "-" in keys else "no", "mention": "yes" if "m" in keys else "no"}
    return found


def as_html(answer: Answer, guide: dict[str, str], place: str) -> str:
    """The passage with its marked words, and what is asked of it."""
    parts: list[tuple[str, bool]] = []
    for piece in answer.text.split(OPEN):
        marked, closed, rest = piece.partition(CLOSE)
        parts += [(marked, bool(closed)), (rest, False)]
    if answer.asked == ANY:
        question, meanings = (
            QUESTIONS["frames"],
            [(f"{i} {name}", words) for i, (name, words) in enumerate(guide.items(), 1)],
        )
    else:
        question, meanings = QUESTIONS["frame_right"], [(answer.asked, guide[answer.asked])]
    return render(TEMPLATES, "passage.html", place=place, parts=parts, question=question, meanings=meanings)


def notice(words: str, *, is_wrong: bool = False) -> str:
    """A line of words below the passage; in red where something has to be mended."""
    return render(TEMPLATES, "notice.html", words=words, is_wrong=is_wrong)


class Coder:
    """The widget of one sheet; `box` is what is displayed. It begins at the first passage without an answer.

    path: a sheet of `discourse code sample`. Every answer is written to it at once, so a killed kernel loses none.
    """

    def __init__(self, path: str | Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        import ipywidgets as widgets

        self.path, self.clock = Path(path), clock
        self.sheet = sheets.load(self.path)
        self.at, self.since = self.sheet.next_open, clock()
        self.passage, self.message = widgets.HTML(), widgets.HTML()
        wide = widgets.Layout(width="46em")
        self.choices = {
            name: widgets.ToggleButtons(options=list(values), value=None, description=name.replace("_", " "))
            for name, values in CHOICES.items()
        }
        self.frames = widgets.SelectMultiple(options=[*self.sheet.guide, "none"], description="frames")
        self.speaker = widgets.Text(description="speaker", layout=wide)
        self.remark = widgets.Text(description="remark", layout=wide)
        self.keys = widgets.Text(description="keys", placeholder="yfo, Enter", continuous_update=False, layout=wide)
        self.keys.add_class("coder-keys")
        self.save_button = widgets.Button(description="Save, next", button_style="primary")
        self.back_button = widgets.Button(description="Back")
        self.save_button.on_click(self.save)
        self.back_button.on_click(self.back)
        self.keys.observe(self._typed, names="value")
        self.box = widgets.VBox(
            [
                self.passage,
                self.keys,
                *self.choices.values(),
                self.frames,
                self.speaker,
                self.remark,
                widgets.HBox([self.save_button, self.back_button]),
                self.message,
                widgets.HTML(notice(HELP)),
            ]
        )
        self.show()

    @property
    def answer(self) -> Answer | None:
        """The passage shown; None after the last."""
        return self.sheet.answers[self.at] if self.at < len(self.sheet.answers) else None

    def show(self) -> None:
        """Draw the present passage with the answers it has."""
        answer, count = self.answer, len(self.sheet.answers)
        self.since = self.clock()
        done = sum(one.is_done for one in self.sheet.answers)
        if answer is None:
            self.passage.value = notice(f"All {count} passages are answered: {self.path}")
            return
        self.passage.value = as_html(answer, self.sheet.guide, f"{self.at + 1} of {count}; {done} answered")
        whole = answer.asked == ANY
        for name, widget in self.choices.items():
            widget.value = getattr(answer, name) or None
            widget.layout.display = "none" if whole else ""
        self.frames.value = tuple(answer.frames.split())
        self.frames.layout.display = "" if whole else "none"
        self.speaker.value, self.remark.value, self.keys.value = answer.speaker, answer.remark, ""

    def _typed(self, change: dict[str, Any]) -> None:
        """A line of keys and Enter: fill in what it stands for, save, go on."""
        if not change["new"] or self.answer is None:
            return
        try:
            found = read_keys(change["new"], self.answer.asked, list(self.sheet.guide))
        except DiscourseError as error:
            self.message.value = notice(str(error), is_wrong=True)
            self.keys.value = ""
            return
        for name, value in found.items():
            if name == "frames":
                self.frames.value = tuple(value.split())
            else:
                self.choices[name].value = value
        self.save()

    def save(self, _: Any = None) -> None:
        """Write the present answer to the sheet and show the next open passage; without an answer, say what is missing."""
        answer = self.answer
        if answer is None:
            return
        if answer.asked == ANY:
            answer.frames = " ".join(self.frames.value)
        else:
            for name, widget in self.choices.items():
                setattr(answer, name, widget.value or "")
        if not answer.is_done:
            self.message.value = notice("Not answered yet; nothing was saved.", is_wrong=True)
            return
        answer.speaker, answer.remark = self.speaker.value.strip(), self.remark.value.strip()
        answer.seconds += round(self.clock() - self.since, 1)
        sheets.save(self.sheet, self.path)
        self.message.value = notice(f"Saved passage {answer.passage}.")
        self.at = self.at + 1 if self.at + 1 < len(self.sheet.answers) else self.sheet.next_open
        while self.answer is not None and self.answer.is_done and self.sheet.next_open < len(self.sheet.answers):
            self.at = self.sheet.next_open
        self.show()

    def back(self, _: Any = None) -> None:
        """Show the passage before this one again, with its answer."""
        self.at = max(self.at - 1, 0)
        self.show()

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.box)
