"""Find changes of the sources that no test notices: `python -m tests.mutants [MODULE …] [-n 8] [--seed 1]`.

A module is named as `methods/ranks.py`; a folder stands for all of its modules. Of each, some of all possible changes
are drawn at random, and some aimed at levels, degrees of freedom, tails, guards, formulas and signs. Each is made alone
in a copy of the sources, and the module's tests run until the first one fails; those that import it by name run too.

What changes no result stands in `equivalent.toml`, with the reason, and is not tried:

    [[entry]]
    file = "methods/ranks.py"
    was = "one line of the source"
    becomes = "the same line, changed"
    reason = "why no test could tell"
"""

import argparse
import os
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

from mutants import trials  # noqa: E402
from mutants.changes import Change, changes, draw  # noqa: E402

# What every number of the book goes through.
CORE = ("methods", "evidence/studies", "evidence/publication_bias")


def main(words: list[str]) -> int:
    """Try the changes, print the table and what was not noticed; zero where all was."""
    options = _options(words)
    files = modules(options.modules)
    entries = reviewed()
    if wrong := unmatched(entries):
        print("tests/mutants/equivalent.toml, entries that fit no change (the source has another wording now):")
        print(*(f"  {entry['file']}: {entry['was']}  →  {entry['becomes']}" for entry in wrong), sep="\n")
        return 2
    rows, missed = [], []
    with tempfile.TemporaryDirectory(prefix="mutants-") as place:
        folders = list(trials.copies(Path(place), options.jobs))
        for file in files:
            tests = trials.tests_of(file)
            possible = changes((trials.ROOT / "src" / file).read_text("utf-8"))
            if not tests or not possible:
                print(f"{file}: {'no test imports it' if possible else 'nothing to change'}", flush=True)
                continue
            seconds = trials.warm(file, tests, folders[0])
            # Drawn first: whoever writes down an equivalent change does not exchange all others for new ones.
            drawn = [
                without(draw(possible, options.number, f"{options.seed} {file}", aimed=aimed), file, entries)
                for aimed in (False, True)
            ]
            chosen = list(dict.fromkeys(drawn[0] + drawn[1]))
            left = trials.unnoticed(file, chosen, tests, folders, 10 + 5 * seconds)
            rows.append((file, *(f"{sum(it not in left for it in some)}/{len(some)}" for some in drawn)))
            missed += left
            print(f"{rows[-1][0]}: random {rows[-1][1]}, aimed {rows[-1][2]} noticed", flush=True)
            for it in left:
                print(f"  src/{file}:{it.line} ({it.kind})\n    was     {it.was}\n    becomes {it.becomes}", flush=True)
    print_table(rows)
    return 1 if missed else 0


def modules(names: list[str]) -> list[Path]:
    """Files of the modules and folders named, from the sources' folder."""
    found = []
    for name in names:
        folder = trials.module_file(name).with_suffix("")
        inside = sorted((trials.ROOT / "src" / folder).rglob("*.py"))
        files = [path.relative_to(trials.ROOT / "src") for path in inside if path.name != "__init__.py"]
        files = files or [trials.module_file(name)]
        if not (trials.ROOT / "src" / files[0]).is_file():
            raise SystemExit(f"no module {name!r} below src/{trials.PACKAGE}; name one such as methods/ranks.py")
        found += files
    return list(dict.fromkeys(found))


def reviewed() -> list[dict[str, str]]:
    """Changes of which somebody has said why no test can notice them."""
    return tomllib.loads((HERE / "equivalent.toml").read_text("utf-8")).get("entry", [])


def unmatched(entries: list[dict[str, str]]) -> list[dict[str, str]]:
    """Entries that name no change of the sources as they are."""
    wrong = []
    for entry in entries:
        path = trials.ROOT / "src" / trials.module_file(entry["file"])
        possible = changes(path.read_text("utf-8")) if path.is_file() else []
        wrong += [] if any(_fits(entry, it) for it in possible) else [entry]
    return wrong


def without(possible: list[Change], file: Path, entries: list[dict[str, str]]) -> list[Change]:
    """Changes but those that change no result, by their kind or because somebody has said why."""
    own = [entry for entry in entries if trials.module_file(entry["file"]) == file]
    return [it for it in possible if not _is_never_run(it) and not any(_fits(entry, it) for entry in own)]


def print_table(rows: list[tuple[str, str, str]]) -> None:
    """Noticed of random and of aimed changes by module, and over all."""
    total = [sum(int(row[column].split("/")[part]) for row in rows) for column in (1, 2) for part in (0, 1)]
    rows = [*rows, ("all", f"{total[0]}/{total[1]}", f"{total[2]}/{total[3]}")]
    print(f"\n{'module':<70}{'random':>10}{'aimed':>10}")
    for file, at_random, aimed in rows:
        print(f"{str(file).removeprefix(trials.PACKAGE + '/'):<70}{at_random:>10}{aimed:>10}")


def _is_never_run(change: Change) -> bool:
    """Whether only a checker of types reads it, or it matters only to a caller who zips columns of unequal length."""
    lenient = change.was.replace("strict=True", "strict=False") == change.becomes != change.was
    return lenient or change.was == "if TYPE_CHECKING:"


def _fits(entry: dict[str, str], change: Change) -> bool:
    return (entry["was"], entry["becomes"]) == (change.was, change.becomes)


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", default=list(CORE), help="modules or folders, such as methods/ranks.py")
    parser.add_argument("-n", "--number", type=int, default=8, help="changes of a module drawn at random, and aimed")
    parser.add_argument("--seed", default="1", help="another seed draws other changes")
    parser.add_argument("--jobs", type=int, choices=(1, 2), default=1, help="processes at a time")
    return parser.parse_args(words)


if __name__ == "__main__":
    if not hasattr(os, "fork"):
        sys.exit("this needs a system that forks processes, such as Linux")
    sys.exit(main(sys.argv[1:]))
