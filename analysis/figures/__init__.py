"""Tables to figures. Drawing functions take tables and return a matplotlib figure; `publish` saves it for citation."""

from analysis.figures.forest import forest
from analysis.figures.publish import Published, publish

__all__ = ["Published", "forest", "publish"]
