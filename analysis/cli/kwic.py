"""`discourse kwic`: concordance lines, and the pairs of words that recur in them, for those who hold the texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from analysis.cli.texts import places
from analysis.errors import DiscourseError

SHOWN = 60


@click.command()
@click.argument("pattern")
@click.option("--study", type=click.Path(file_okay=False, path_type=Path), help="A folder made by `init`.")
@click.option("--outlet", help="Only this outlet_id.")
@click.option("--era", help="Only this era_id.")
@click.option("--voice", help="own, quoted or reported.")
@click.option("--window", type=click.IntRange(0, 1000), default=10, show_default=True, help="Words on either side.")
@click.option(
    "--sort", default="position", show_default=True, help="position, left, right, keyword, outlet, published, speaker."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write .csv or .xlsx instead.")
@click.option("--pairs", is_flag=True, help="Not the lines, but the pairs of neighbouring words that recur in them.")
def kwic(pattern: str, study: Path | None, sort: str, output: Path | None, *, pairs: bool, **chosen: Any) -> None:
    """Concordance lines of PATTERN ("friend*", "take* side*", entry:ID, frame:NAME). Needs the private texts."""
    from analysis.errors import require
    from analysis.run.progress import counting
    from analysis.store.atomic import sweep, write_text
    from analysis.texts.concordance import kwic as lines_of
    from analysis.texts.concordance import library
    from analysis.texts.concordance.query import NOTATION

    corpus, texts = places(study)
    if output is not None:
        require("ending of the output file", output.suffix, (".csv", ".xlsx"))
        sweep(output)  # it holds texts: nothing of it stays where a command was killed
    with counting("pieces") as progress:
        lines = library.search(corpus, texts, pattern, progress=progress, **chosen)  # outlet, era, voice, window
    lines = lines_of.sort_lines(lines, sort)
    if pairs:
        _pairs(lines_of.tokens_of(lines), output)
    elif output is None:
        for line in lines:
            where = " ".join(filter(None, [line.outlet_id, line.published or "undated", line.voice, line.speaker]))
            left, right = " ".join(line.left.split()), " ".join(line.right.split())
            click.echo(f"{left[-60:]:>60}  {line.keyword}  {right[:60]:<60}  [{where}]")
    elif output.suffix == ".csv":
        write_text(output, lines_of.to_csv(lines))
    else:
        lines_of.to_xlsx(lines, output)
    found = f"{len(lines):,} line{'s' * (len(lines) != 1)}"
    click.echo(found if lines else f"No line matches {pattern!r}. {NOTATION}", err=True)


def _pairs(tokens: list[list[str]], output: Path | None) -> None:
    """Print or write the pairs of neighbouring words that recur in the lines of a concordance, the most tied first."""
    from analysis.figures.save import table_bytes
    from analysis.measures.words.collocation import association_table
    from analysis.measures.words.windows import window_pairs
    from analysis.run.outcomes import text_table
    from analysis.store.atomic import write_bytes

    found = window_pairs(tokens)
    table = association_table(found[found["o11"] > 1], measures=("log_dice", "g2"), order="log_dice")
    if output is not None:
        if output.suffix != ".csv":
            raise DiscourseError(f"{output}: --pairs writes .csv; give a name that ends in .csv.")
        write_bytes(output, table_bytes(table))
        return
    shown = [
        (f"{r.first} {r.second}", f"{r.o11:.0f}", f"{r.f1} and {r.f2}", f"{r.log_dice:.1f}", f"{r.g2:.1f}")
        for r in table.head(SHOWN).itertuples()
    ]
    click.echo(text_table(("pair", "together", "each", "log Dice", "G2"), shown) if shown else "No pair recurs.")
