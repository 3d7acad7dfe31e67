"""The command line: `citizen-security …`. Each command is a few lines that call the rooms of the package.

Nothing scientific is imported at the top: the command line must start at once.
"""

import json
import math
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

# What the library raises for a mistyped option; it has no public name there.
from typer._click.exceptions import ClickException

from citizen_security import __version__, compendium, project
from citizen_security.faults import fault_in_words
from citizen_security.given import given_parameters
from citizen_security.parameters import ParameterError, RowsRefused, allowed_values
from citizen_security.plain import lines, printable, shown
from citizen_security.tables.errors import TableError

if TYPE_CHECKING:
    from citizen_security.compendium import Notebook
    from citizen_security.parameters import Parameters
    from citizen_security.runs.compare import Comparison, Difference
    from citizen_security.runs.store import Store
    from citizen_security.tables.inspection import Inspection

REFUSED = 2
FAILED = 1
DIFFERENT = 1
INTERRUPTED = 130

DOUBTS = (
    "A doubt refuses nothing and stays on the pages. Who has looked into one writes the answer into the table "
    "row_doubts_answered (row, doubt, about: the words before “Allowed”, without “(row …)”, answer)."
)

# Problems of parameters that are printed; who gave twenty thousand wrong values learns from the first ones.
MOST_PROBLEMS = 20

# Lines about rows that a terminal shows; whoever mends a table needs all of them, and the rest is written into a file.
MOST_LINES = 200

# What an interrupted command left, by its name; the others keep nothing.
BOOK_INTERRUPTED = "interrupted: notebooks that had finished are kept; repeat the command to make the rest"
INTERRUPTED_WORDS = {
    "run": "interrupted: nothing of this run was kept; repeat the command to run it",
    "book": BOOK_INTERRUPTED,
    "typeset": BOOK_INTERRUPTED,
}

application = typer.Typer(
    help="Run the notebooks of the citizen security compendium with other parameters, and look at its tables.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
data = typer.Typer(help="The tables that the compendium ships.", no_args_is_help=True, rich_markup_mode=None)
application.add_typer(data, name="data")

# What goes into a file or a pipe has no width of its own; tables folded to 80 columns would be hard to read there.
PIPE_COLUMNS = 160

console = Console(width=None if (sys.stdout and sys.stdout.isatty()) or "COLUMNS" in os.environ else PIPE_COLUMNS)
errors = Console(stderr=True, soft_wrap=True, highlight=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def main() -> None:
    """Entry point of `citizen-security`."""
    # A polite kill ends like Ctrl-C, so that what was half made is cleared away.
    for number in (signal.SIGTERM, signal.SIGHUP):
        # `nohup` has it ignored, and it stays so.
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _interrupt)
    try:
        sys.exit(application(standalone_mode=False))
    except ClickException as error:
        # A mistyped option is repeated in the message.
        error.message = "\n".join(map(printable, error.message.split("\n")))
        error.show()
        sys.exit(error.exit_code)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _speaks_plainly[**Arguments, Result](command: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Turn the errors that users can mend into lines on standard error and an exit status."""

    @wraps(command)
    def speaking(*arguments: Arguments.args, **options: Arguments.kwargs) -> Result:
        try:
            return command(*arguments, **options)
        except RowsRefused as error:
            _refuse_rows(error.problems)
        except ParameterError as error:
            _refuse(error.problems)
        except TableError as error:
            _refuse_rows([str(error)])
        except (ValueError, project.ProjectNotFound) as error:
            # What tells its problems in sentences is about rows.
            if hasattr(error, "sentences"):
                _refuse_rows(error.sentences)
            _refuse([str(error)])
        except project.WorkFailed as error:
            _fail([str(error), *_remedy(error.__cause__)])
        except BrokenPipeError:
            raise  # whoever read the output has gone, as `head` does: nothing is wrong
        except (OSError, MemoryError) as error:
            _fail([fault_in_words(error)])
        except KeyboardInterrupt:
            _tell([INTERRUPTED_WORDS.get(command.__name__, "interrupted: repeat the command")])
            raise typer.Exit(INTERRUPTED) from None

    return speaking


def _refuse(problems: Sequence[str]) -> NoReturn:
    shown, more = problems[:MOST_PROBLEMS], len(problems) - MOST_PROBLEMS
    _tell([f"error: {problem}" for problem in shown])
    if more > 0:
        _tell([f"error: {more:,} more problems like these"])
    raise typer.Exit(REFUSED) from None


def _fail(sentences: Iterable[str]) -> NoReturn:
    _tell(f"error: {sentence}" for sentence in sentences)
    raise typer.Exit(FAILED) from None


def _remedy(cause: BaseException | None) -> list[str]:
    """What to do if a fault of the machine ended the work."""
    return [fault_in_words(cause)] if isinstance(cause, OSError | MemoryError) else []


def _refuse_rows(problems: Sequence[str], status: int = REFUSED) -> NoReturn:
    """Refuse rows and tell all of them: their cells are quoted, so that a line break in a message is ours.

    What would flood a terminal is written into a file, whole.
    """
    parts = [part for problem in problems for part in f"error: {problem}".split("\n")]
    told = [line for part in parts for line in lines(part, longest=None)]
    flooded = len(told) > MOST_LINES and _is_terminal()
    for line in told[:MOST_LINES] if flooded else told:
        errors.print(line, markup=False)
    if flooded:
        with tempfile.NamedTemporaryFile(
            "w", prefix="citizen_security_", suffix=".txt", encoding="utf-8", delete=False
        ) as file:
            file.writelines(f"{line}\n" for line in told)
        errors.print(f"these are {MOST_LINES} of {len(told):,} lines; all of them are in {file.name}", markup=False)
    raise typer.Exit(status) from None


def _is_terminal() -> bool:
    return sys.stderr.isatty()


def _tell(messages: Iterable[str]) -> None:
    for message in messages:
        for line in lines(message):
            errors.print(line, markup=False)


@application.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        console.print(__version__)
        raise typer.Exit


@application.command("list")
@_speaks_plainly
def list_notebooks(as_json: AsJson = False) -> None:
    """List the notebooks, what each asks and about how long it runs."""
    with suppress(project.ProjectNotFound):
        for name in compendium.unannounced(project.root()):
            errors.print(compendium.not_announced(name), markup=False)
    entries = [
        {"notebook": entry.name, "question": entry.question, "seconds": entry.seconds, "tables": list(entry.tables)}
        for entry in compendium.NOTEBOOKS.values()
    ]
    if as_json:
        return _print_json(entries)
    _print_table(["notebook", "question", "seconds"], [[e["notebook"], e["question"], e["seconds"]] for e in entries])


@application.command()
@_speaks_plainly
def describe(
    notebook: Annotated[str, typer.Argument(help="Such as paradox/panel_regressions.")], as_json: AsJson = False
) -> None:
    """Describe a notebook's parameters; --json prints their JSON Schema."""
    entry = _announced(notebook)
    if as_json:
        return _print_json(entry.parameters.model_json_schema())
    console.print(f"[bold]{entry.name}[/bold]: {escape(entry.question)}")
    console.print(f"reads the tables {', '.join(entry.tables)}; a full run takes about {entry.seconds} s\n")
    _print_table(["parameter", "default", "allowed", "unit", "what it is"], _parameter_rows(entry))
    console.print(f"\nRun it: citizen-security run {entry.name} -p name=value …", highlight=False)


@application.command()
@_speaks_plainly
def run(
    notebook: Annotated[str, typer.Argument(help="Such as paradox/panel_regressions.")],
    parameter: Annotated[
        list[str] | None, typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="A parameter; may be repeated.")
    ] = None,
    file: Annotated[Path | None, typer.Option("-f", "--file", help="Parameters in a YAML or JSON file.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the last line only.")] = False,
) -> None:
    """Run a notebook; wrong parameters are refused before anything starts."""
    entry = _announced(notebook)
    parameters = given_parameters(entry.parameters, parameter or [], file)
    _check_sample(entry, parameters)

    from citizen_security.book.workflow import step_of_a_book
    from citizen_security.runs.execute import Job, execute

    root = project.root()
    job = Job(root, entry.name, root / entry.path, entry.tables, parameters)
    with step_of_a_book(f"the run of {job.run_name}"):
        store = _store()
        done = execute(job, store, progress=sys.stderr.isatty() and not quiet)
    for sentence in store.set_aside:
        errors.print(f"note: {sentence}", markup=False)
    if not quiet:
        _print_values(done.values)
    seconds = done.manifest["duration_seconds"]
    console.print(
        f"{done.name}: complete in {seconds:.1f} s, kept in {done.folder}",
        soft_wrap=True,
        markup=False,
        highlight=False,
    )


@application.command()
@_speaks_plainly
def runs(as_json: AsJson = False) -> None:
    """List what has been run: parameters, duration, state."""
    store = _store()
    for sentence in store.unreadable():
        errors.print(f"note: {printable(sentence)}", markup=False)
    entries = [
        {
            "run": kept.name,
            "state": kept.manifest["state"],
            "started": kept.manifest["started"],
            "seconds": kept.manifest["duration_seconds"],
            "changed": kept.manifest["changed"],
        }
        for kept in store.runs()
    ]
    if as_json:
        return _print_json(entries)
    if not entries:
        console.print("nothing has been run yet; try: citizen-security run panel_regressions")
    else:
        rows = [[e["run"], e["state"], e["started"], e["seconds"], _as_words(e["changed"])] for e in entries]
        _print_table(["run", "state", "started", "seconds", "parameters that differ from the defaults"], rows)


@application.command()
@_speaks_plainly
def show(
    run: Annotated[str, typer.Argument(help="A name that `runs` prints, or a part that fits one run only.")],
    as_json: AsJson = False,
) -> None:
    """Show a run: its parameters, the tables and code it was made of, its recorded values."""
    kept = _store().run(run)
    if as_json:
        return _print_json({"manifest": kept.manifest, "values": kept.values})
    facts = {key: value for key, value in kept.manifest.items() if not isinstance(value, dict)}
    _print_table(["fact", kept.name], [[key, value] for key, value in facts.items()])
    _print_table(["parameter", "value"], [[key, _as_word(value)] for key, value in kept.manifest["parameters"].items()])
    tables = kept.manifest["tables"].items()
    _print_table(["table", "checksum", "release"], [[key, it["sha256"][:12], it["release"]] for key, it in tables])
    if brought := kept.manifest.get("brought"):
        rows = [[key, it["sha256"][:12], it["file"]] for key, it in brought.items()]
        _print_table(["brought as", "checksum", "file"], rows)
    _print_values(kept.values)
    console.print(f"files: {kept.folder}", soft_wrap=True, markup=False, highlight=False)


@application.command()
@_speaks_plainly
def compare(
    old: Annotated[Path, typer.Argument(help="A results folder, such as ../before/results.")],
    new: Annotated[Path, typer.Argument(help="Another one, such as results.")],
    notebook: Annotated[str, typer.Argument(help="Compare this notebook only; all by default.")] = "",
    as_json: AsJson = False,
) -> None:
    """Compare what two sets of default runs recorded, to the last bit.

    The exit status is 0 if all is equal, 1 if anything differs, and 2 if anything cannot be compared.
    """
    from citizen_security.runs.compare import compare as compare_runs

    found = compare_runs(old, new, notebook)
    if as_json:
        _print_json({"equal": found.equal, **asdict(found)})
    else:
        _print_comparison(found)
    if found.problems:
        _refuse(found.problems)
    if not found.equal:
        raise typer.Exit(DIFFERENT)


@application.command()
@_speaks_plainly
def book(
    cores: Annotated[int | None, typer.Option(help="Cores to use; all of them by default.", min=1)] = None,
) -> None:
    """Run every notebook that is not up to date and build the website."""
    from citizen_security.book.workflow import make_book

    index = make_book(project.root(), cores)
    console.print(f"the book is in {index}; `make serve` shows it", soft_wrap=True, markup=False, highlight=False)


@application.command(hidden=True)
@_speaks_plainly
def typeset() -> None:
    """Assemble and build the website from the runs there are; the workflow's last step."""
    from citizen_security.book.workflow import typeset_book

    typeset_book(project.root())


@application.command()
@_speaks_plainly
def doctor(as_json: AsJson = False) -> None:
    """Look for what keeps this machine from making the book and say how to mend it; status 1 if anything does."""
    from citizen_security.doctor import WRONG, examine

    found = examine(project.root(), project.results())
    if as_json:
        _print_json([asdict(it) for it in found])
    else:
        _print_table(
            ["looked at", "", "found", "what to do"], [[it.what, it.state, it.found, it.remedy] for it in found]
        )
    if any(it.state == WRONG for it in found):
        raise typer.Exit(FAILED)


@data.command("list")
@_speaks_plainly
def list_tables(as_json: AsJson = False) -> None:
    """List the tables."""
    from citizen_security.tables import catalog

    entries = [catalog.describe(name) for name in catalog.tables()]
    if as_json:
        return _print_json(entries)
    _print_table(["table", "title", "bytes"], [[e["name"], e["title"], f"{e['bytes']:,}"] for e in entries])


@data.command("describe")
@_speaks_plainly
def describe_table(
    name: Annotated[str, typer.Argument(help="A table, such as country_year.")], as_json: AsJson = False
) -> None:
    """Describe a table: fields, units, publishers, licences, breaks in its series."""
    from citizen_security.tables import catalog

    entry = catalog.describe(name)
    if as_json:
        return _print_json(entry)
    title, description = (escape(printable(entry[key])) for key in ("title", "description"))
    console.print(f"[bold]{entry['name']}[/bold]: {title}\n{description}\n")
    fields = [[f["name"], f["type"], f.get("unit", ""), f.get("description", "")] for f in entry["schema"]["fields"]]
    _print_table(["field", "type", "unit", "description"], fields)
    _print_table(
        ["publisher and release", "site"], [[source["title"], source.get("path", "")] for source in entry["sources"]]
    )
    console.print("licences: " + "; ".join(licence["name"] for licence in entry["licenses"]), markup=False)
    for note in entry.get("notes", []):
        console.print(f"- {printable(note)}", markup=False)
    console.print(f"\nfile: {catalog.path(name)}", soft_wrap=True, markup=False, highlight=False)


@data.command()
@_speaks_plainly
def verify(names: Annotated[list[str] | None, typer.Argument(help="Tables; all of them by default.")] = None) -> None:
    """Check checksums, schemas and the rules across tables."""
    from citizen_security.tables import catalog

    found = catalog.verify(names or None, inspections=_inspections())
    bad = [entry for entry in found if entry.problem]
    if bad:
        _refuse_rows([str(entry.problem) for entry in bad], FAILED)
    tables = "1 table holds" if len(found) == 1 else f"{len(found)} tables hold"
    console.print(f"{tables} what data/datapackage.json says of {'it' if len(found) == 1 else 'them'}")


@data.command()
@_speaks_plainly
def update(
    names: Annotated[list[str], typer.Argument(help="The tables that were edited; accepted together or none of them.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Accept what is shown without being asked.")] = False,
) -> None:
    """Show what changed in edited tables and, if that was meant, write their new checksums."""
    from citizen_security.tables import catalog

    inspections = _inspections()
    compared = catalog.differences(names, inspections=inspections)
    for found, _ in compared:
        for line in found.lines():
            console.print(line, markup=False, highlight=False, soft_wrap=True)
    doubts = catalog.doubts(names, inspections=inspections)
    for doubt in doubts:
        console.print(f"doubt: {doubt}", markup=False, highlight=False, soft_wrap=True)
    if doubts:
        console.print(DOUBTS, markup=False, highlight=False, soft_wrap=True)
    if not yes:
        _ask([found.name for found, _ in compared if not found.is_empty])
    digests = catalog.update(names, shown={found.name: digest for found, digest in compared}, inspections=inspections)
    for name, digest in digests.items():
        console.print(f"{name}: valid; its checksum in data/datapackage.json is now {digest[:12]}…", highlight=False)


def _inspections() -> "list[Inspection]":
    """The compendium's checks of what rows mean."""
    from citizen_security.tables.inspection import Inspection

    return [Inspection(tables, inspect) for tables, inspect in compendium.row_checks()]


def _is_anybody_there() -> bool:
    return sys.stdin.isatty()


def _ask(names: list[str]) -> None:
    """Ask whether changed tables are to be accepted; who cannot answer has not agreed."""
    if not names:
        return
    if not _is_anybody_there():
        again = f"citizen-security data update --yes {' '.join(names)}"
        _refuse([f"nobody is there to be asked, and nothing was accepted. If the changes are meant: {again}"])
    if not typer.confirm(f"Accept {', '.join(names)} so?"):
        _refuse(["nothing was accepted"])


@data.command()
@_speaks_plainly
def tidy(name: Annotated[str, typer.Argument(help="A table that a spreadsheet wrote.")]) -> None:
    """Undo what a spreadsheet does to a table: marks, line ends, separators, rounded numbers, lost zeros."""
    from citizen_security.tables import catalog

    done = catalog.tidy(name)
    if not done:
        console.print(f"{name}: nothing to tidy", highlight=False)
        return
    console.print(f"{name}: mended {'; '.join(done)}", markup=False, highlight=False, soft_wrap=True)
    console.print(f"Now look at what is left: citizen-security data update {name}", highlight=False, soft_wrap=True)


@data.command()
@_speaks_plainly
def rules() -> None:
    """List the rules that data/datapackage.json may set, and the keys of each."""
    from citizen_security.tables.description import ALL_RULES

    for name, rule in ALL_RULES.items():
        keys = ", ".join([*rule.needs, *(f"{key} (optional)" for key in rule.may)])
        console.print(f"[bold]{name}[/bold]: {escape(rule.says)}\n  keys: {keys}", highlight=False, soft_wrap=True)
    common = "Every rule has a title and may have `except`: rows, by columns of the key, each with a reason."
    console.print(common, highlight=False, soft_wrap=True)


def _announced(name: str) -> "Notebook":
    """The notebook of that name; of a file without an entry it is said what is missing."""
    try:
        return compendium.notebook(name)
    except compendium.UnknownNotebook:
        asked = name.removeprefix("notebooks/").removesuffix(".ipynb")
        for file in compendium.unannounced(project.root()):
            if asked in (file, file.rpartition("/")[2]):
                raise compendium.UnknownNotebook(compendium.not_announced(file)) from None
        raise


def _check_sample(entry: "Notebook", parameters: "Parameters") -> None:
    """The notebook's own check; a file that the parameters name and that cannot be opened is the user's to mend."""
    try:
        entry.check_sample(parameters)
    except OSError as error:
        given = {str(Path(value)): name for name, value in parameters if isinstance(value, str)}
        name = given.get(str(error.filename))
        if name is None:
            raise
        file = f"{name} = {shown(str(error.filename))}"
        raise ParameterError([f"{file} cannot be opened: {error.strerror}. Give a file that you may read."]) from None


def _store() -> "Store":
    from citizen_security.runs.store import Store

    return Store(project.results())


def _parameter_rows(entry: "Notebook") -> list[list[object]]:
    schema = entry.parameters.model_json_schema()["properties"]
    return [
        [
            name,
            _as_word(default),
            allowed_values(schema[name]),
            schema[name].get("unit", ""),
            schema[name]["description"],
        ]
        for name, default in entry.parameters.defaults().items()
    ]


def _as_word(value: object) -> str:
    """A value as one would write it after `-p name=`."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _as_words(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={_as_word(value)}" for name, value in values.items())


def _print_values(values: Mapping[str, Mapping[str, Any]]) -> None:
    if values:
        _print_table(
            ["value", "", "interval", "unit", "n", "what it is"], [_value_row(*item) for item in values.items()]
        )


def _print_comparison(found: "Comparison") -> None:
    if found.differences:
        rows = [
            [it.notebook, it.item, _change(it), _shown(it.old), _shown(it.new), it.detail] for it in found.differences
        ]
        _print_table(["notebook", "value or table", "what differs", "old", "new", "by how much"], rows)
    outcome = f"{len(found.differences)} differ" if found.differences else "equal to the last bit"
    if found.problems:
        outcome += f", but {len(found.problems)} cannot be compared"
    compared = f"compared notebooks: {len(found.notebooks)}, values: {found.values}, tables: {found.tables}"
    console.print(f"{compared}; {outcome}", soft_wrap=True, highlight=False)


def _change(difference: "Difference") -> str:
    return difference.kind if difference.change == "changed" else f"{difference.kind} {difference.change}"


def _shown(value: object) -> str:
    return "" if value is None else _as_word(value)


def _value_row(name: str, entry: Mapping[str, Any]) -> list[object]:
    specification = entry["format"]
    shown = entry["value"] if isinstance(entry["value"], str) else f"{entry['value']:{specification}}"
    interval = " to ".join(f"{end:{specification}}" for end in entry["interval"] or ())
    return [name, shown, interval, entry["unit"], entry["n"] or "", entry["label"]]


def _print_table(columns: list[str], rows: Iterable[Iterable[object]]) -> None:
    table = Table(header_style="bold", box=None, pad_edge=False)
    for place, column in enumerate(columns):
        # Names are what one copies: they stay in one piece.
        table.add_column(column, overflow="fold", no_wrap=place == 0)
    for row in rows:
        table.add_row(*(escape(printable(str(cell))) for cell in row))
    console.print(table)


def _print_json(content: object) -> None:
    typer.echo(json.dumps(_as_json(content), indent=2, ensure_ascii=False, allow_nan=False))


def _as_json(content: object) -> object:
    """The same with texts in place of the numbers that JSON does not have: "NaN", "Infinity", "-Infinity"."""
    if isinstance(content, float) and not math.isfinite(content):
        return json.dumps(content)
    if isinstance(content, Mapping):
        return {name: _as_json(it) for name, it in content.items()}
    return [_as_json(it) for it in content] if isinstance(content, list | tuple) else content


if __name__ == "__main__":
    main()
