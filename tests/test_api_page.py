from __future__ import annotations

import subprocess
import sys


def test_the_page_of_interfaces_is_what_the_code_says(root):
    done = subprocess.run(
        [sys.executable, "scripts/api_page.py", "--check"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
