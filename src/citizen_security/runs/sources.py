"""What a notebook's results can depend on in the package: computed from the imports, never declared."""

from pathlib import Path

from citizen_security.imports import Imports, cell_imports, read_imports

# A notebook is run by `runs.execute`, which counts with what it imports: threads and hash seed of the kernel, the
# parameters that are injected, and what is kept of the outputs reach the numbers and the files that the book reads.
RUNNER = "runs.execute"

# These only find a run's folder or its sources; no number and no file of a run comes out otherwise when they change.
CHANGES_NO_RESULT = ("runs.store", "runs.kept", "runs.sources", "imports")


def sources(root: Path, name: str, imports: Imports | None = None) -> list[Path]:
    """Source files that the results of a notebook depend on, sorted.

    They are the modules that its cells, the check of its parameters and what executes it import, directly or not,
    lazily or not, and the packages above them.

    Parameters
    ----------
    root : pathlib.Path
        The checkout.
    name : str
        `part/notebook`.
    imports : Imports, optional
        Those of the checkout, for whoever asks for several notebooks; read by default.

    Returns
    -------
    list of pathlib.Path
    """
    imports = imports or read_imports(root)
    room = name.replace("/", ".")
    start = [RUNNER, f"{room}.checks", f"{room}.parameters", *cell_imports(root / "notebooks" / f"{name}.ipynb")]
    return _files(imports, imports.reached(start, without=CHANGES_NO_RESULT))


def sources_of_package(imports: Imports, package: str) -> list[Path]:
    """Source files of a package and those that they import, directly or not, sorted.

    Parameters
    ----------
    imports : Imports
        Those of a checkout.
    package : str
        Such as `book`.

    Returns
    -------
    list of pathlib.Path
    """
    return _files(imports, imports.reached(name for name in imports.files if f"{name}.".startswith(f"{package}.")))


def _files(imports: Imports, modules: set[str]) -> list[Path]:
    return sorted(imports.files[name] for name in modules)
