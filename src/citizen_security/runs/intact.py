"""Whether the files of a folder are the ones that were written."""

import hashlib
from collections.abc import Mapping
from pathlib import Path


def file_hash(path: Path) -> str:
    """Sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksums(folder: Path) -> dict[str, str]:
    """Sha256 of every file below a folder, by its path within."""
    return {
        path.relative_to(folder).as_posix(): file_hash(path) for path in sorted(folder.rglob("*")) if path.is_file()
    }


def damage(folder: Path, written: Mapping[str, str]) -> str:
    """Why a folder does not hold the files that were written, in a clause; empty if it does.

    Parameters
    ----------
    folder : pathlib.Path
    written : mapping
        Checksums by path within the folder.

    Returns
    -------
    str
        Of the first file that is missing, cut short or changed; other files may stand beside them.
    """
    for name, checksum in written.items():
        try:
            # Reading a pipe would wait.
            if not (folder / name).is_file():
                return f"{folder / name} cannot be read (it is no file)"
            if file_hash(folder / name) != checksum:
                return f"{folder / name} is not as it was written"
        except OSError as error:
            return f"{folder / name} cannot be read ({error.strerror})"
    return ""
