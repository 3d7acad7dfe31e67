"""Blocks of a specification curve kept in files, so that an interrupted curve resumes.

The fits themselves write nothing; whoever wants to be able to resume passes blocks through here.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from citizen_security.paradox.specification_curve.fast_fits import ARRAYS, Block, fit_blocks
from citizen_security.paradox.specification_curve.multiverse import Grid, Multiverse


def fit_blocks_resuming(grid: Grid, multiverse: Multiverse, folder: Path) -> Iterator[Block]:
    """Fit a multiverse block by block; blocks that an earlier attempt left in `folder` are not fitted again.

    Parameters
    ----------
    grid : Grid
    multiverse : Multiverse
    folder : pathlib.Path
        Each multiverse and panel has a folder of its own in it, named after their content, so that a curve never
        takes up blocks of another.

    Yields
    ------
    Block
        Each is on disk, whole, before it is yielded.
    """
    own = folder / fingerprint(grid, multiverse)
    own.mkdir(parents=True, exist_ok=True)
    done = load_blocks(own)
    for block in fit_blocks(grid, multiverse, resume=done):
        if block.number not in done:
            save_block(own, block)
        yield block


def fingerprint(grid: Grid, multiverse: Multiverse) -> str:
    """Short name of a multiverse and the panel it is fitted to; any change of either changes it."""
    digest = hashlib.sha256()
    digest.update(repr((grid.countries, grid.years, multiverse.driver, sorted(multiverse.fields.items()))).encode())
    for name in sorted(grid.columns):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(grid.columns[name]).tobytes())
    for name in sorted(grid.draws):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(grid.draws[name]).tobytes())
    digest.update(multiverse.specifications.to_csv(index=False).encode())
    digest.update(multiverse.masks.tobytes())
    return digest.hexdigest()[:16]


def save_block(folder: Path, block: Block) -> None:
    """Write a block whole or not at all."""
    path = folder / f"block-{block.number:05d}.npz"
    aside = path.with_suffix(".working")
    with aside.open("wb") as file:
        np.savez(file, **{name: getattr(block, name) for name in ARRAYS})
    os.replace(aside, path)  # noqa: PTH105


def load_blocks(folder: Path) -> dict[int, Block]:
    """Blocks of a folder by number; a file that cannot be read is passed over, and its block fitted again."""
    blocks = {}
    for path in sorted(folder.glob("block-*.npz")):
        try:
            with np.load(path, allow_pickle=False) as stored:
                number = int(path.stem.removeprefix("block-"))
                blocks[number] = Block(number, **{name: stored[name] for name in ARRAYS})
        except (OSError, ValueError, KeyError, BadZipFile):
            continue
    return blocks
