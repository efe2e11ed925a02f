#!/bin/sh
# Create the project's environment in .venv from requirements.lock: install.sh PYTHON VENV
# Run from the project's folder. Installs nothing outside VENV; does nothing when lock, folder and Python are the same.
set -eu

python=$1
venv=$2

good() { command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

if ! good "$python"; then
    for candidate in python3.13 python3.12 python3.11 python3.14 python; do
        if good "$candidate"; then python=$candidate; break; fi
    done
fi
if ! good "$python"; then
    echo "Python 3.11 or newer is needed; install it, or say which: make run PYTHON=/path/to/python3" >&2
    exit 1
fi

key=$("$python" -c '
import hashlib, pathlib, sys
print(hashlib.sha256(pathlib.Path("requirements.lock").read_bytes()).hexdigest(), sys.version.split()[0])')
if [ "$(cat "$venv/.key" 2>/dev/null || true)" != "$key" ]; then
    echo "Creating $venv with $("$python" --version) (a few minutes, once)"
    rm -rf "$venv"
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
    printf '%s' "$key" > "$venv/.key"
fi

# The package itself is used from this folder: a line in the environment and a `discourse` command beside it.
"$venv/bin/python" - <<'PYTHON'
import pathlib, sysconfig
pathlib.Path(sysconfig.get_path("purelib"), "cambodia_discourse.pth").write_text(str(pathlib.Path.cwd()) + "\n")
PYTHON
printf '#!/bin/sh\nexec "$(dirname "$0")/python" -m analysis.cli "$@"\n' > "$venv/bin/discourse"
chmod +x "$venv/bin/discourse"
