"""What is fetched from elsewhere is named by what it holds, not by a name that may be moved to something else."""

from __future__ import annotations

import re


def test_actions_are_named_by_commit(root):
    used = [
        line.strip()
        for path in sorted((root / ".github" / "workflows").glob("*.y*ml"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "uses:" in line
    ]
    assert used
    assert [line for line in used if not re.search(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+\Z", line)] == []


def test_the_base_of_the_container_is_named_by_digest(root):
    bases = [line for line in (root / "Dockerfile").read_text(encoding="utf-8").splitlines() if line.startswith("FROM")]
    assert bases
    assert [line for line in bases if not re.search(r"@sha256:[0-9a-f]{64}( AS \w+)?\Z", line)] == []


def test_every_package_of_the_lock_has_a_hash(root):
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    names = re.findall(r"(?m)^[a-z0-9][^\s=]*==", lock)
    assert len(names) > 50
    for block in re.split(r"(?m)^(?=[a-z0-9][^\s=]*==)", lock)[1:]:
        assert "--hash=sha256:" in block, block[:60]
