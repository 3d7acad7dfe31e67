#!/bin/sh
# Make .venv hold exactly what requirements.lock says, and this checkout in it. Needs any Python 3.8 or newer with
# venv and pip, or uv. What is half done after an interruption is done again.
set -eu
cd "$(dirname "$0")/.."

if command -v uv >/dev/null 2>&1; then
    uv=uv
else
    uv=.bootstrap/bin/uv
    if [ ! -x "$uv" ]; then
        python=${PYTHON:-python3}
        echo "set-up: no uv on the path; installing it with $python into .bootstrap"
        rm -rf .bootstrap
        "$python" -m venv .bootstrap || {
            echo "set-up: $python cannot make a virtual environment. Install it (Debian: apt install python3-venv)," \
                 "or install uv, or name another Python: make PYTHON=…" >&2
            exit 1
        }
        # uv's own lines of the lock, with their hashes.
        sed -n '/^uv==/,/^    #/p' requirements.lock | sed '/^    #/d' > .bootstrap/uv.lock
        .bootstrap/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .bootstrap/uv.lock
    fi
fi

echo "set-up: installing $(grep -c '^[a-z].*==' requirements.lock) locked packages into .venv"
[ -x .venv/bin/python ] || "$uv" venv --quiet --clear --python "$(cat .python-version)" .venv
"$uv" pip sync --quiet --python .venv --require-hashes requirements.lock
"$uv" pip install --quiet --python .venv --no-deps --no-build-isolation --editable .
touch .venv/complete
echo "set-up: done"
