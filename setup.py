"""The wheel carries what `discourse new` copies into a study: notebooks, their plan, and the pages on methods."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SHIPPED = {"notebooks": ("*.ipynb", "plan.toml"), "docs/methods": ("*.md",)}


class BuildWithNotebooks(build_py):
    """Copies them to analysis/shipped; an editable installation finds them in its checkout."""

    def run(self):
        super().run()
        if getattr(self, "editable_mode", False):
            return
        target = Path(self.build_lib) / "analysis" / "shipped"
        shutil.rmtree(target, ignore_errors=True)
        for folder, patterns in SHIPPED.items():
            (target / folder).mkdir(parents=True)
            for pattern in patterns:
                for path in sorted(Path(folder).glob(pattern)):
                    shutil.copyfile(path, target / folder / path.name)


setup(cmdclass={"build_py": BuildWithNotebooks})
