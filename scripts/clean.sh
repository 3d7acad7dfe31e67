#!/bin/sh
# Remove what can be made again (`made`), or all that git does not track once somebody has said yes (`all`).
set -eu
cd "$(dirname "$0")/.."

busy() {
    for lock in _build/.book.lock _build/.jobs.lock results/.working/*.lock; do
        [ -f "$lock" ] || continue
        command -v flock >/dev/null 2>&1 || return 1
        flock -n "$lock" true || return 0
    done
    return 1
}

if busy; then
    echo "clean: a book or a run is being made here; wait for its end or stop it, then clean" >&2
    exit 1
fi

if [ "${1:-}" = all ]; then
    # Folders of repositories within this one stay, as git would leave them.
    list=$(git clean -ndx)
    if [ -z "$list" ]; then
        echo "clean-all: there is nothing that git does not track"
        exit 0
    fi
    echo "$list"
    if [ "${YES:-}" != 1 ]; then
        [ -t 0 ] || { echo "clean-all: nothing was removed; to remove what is listed: make clean-all YES=1" >&2; exit 2; }
        printf 'Remove all of this, your own runs and files with it? (yes/no) '
        read -r answer
        [ "$answer" = yes ] || { echo "clean-all: nothing was removed"; exit 0; }
    fi
    git clean -fdxq
    echo "clean-all: only what git tracks remains"
    exit 0
fi

rm -rf _build .venv .bootstrap .snakemake .pytest_cache .mypy_cache .ruff_cache .hypothesis src/*.egg-info
rm -rf results/.made results/.schemas results/*/*/default
find . -name __pycache__ -type d -prune -exec rm -rf {} +
for folder in results/*/* results/* results; do
    [ -d "$folder" ] && rmdir "$folder" 2>/dev/null || true
done
echo "clean: what remains is what git tracks, the runs that you made with other parameters, and what you added"
