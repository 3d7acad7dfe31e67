"""What the methods refuse to compute with: levels that are no probabilities, and numbers that would mislead silently.

Numbers come back as floats, since differences of unsigned integers wrap around where they fall below zero, and since
small integers overflow in sums and squares.
"""

from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd

from .arrays import Flags, Floats, Integers

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

SHOWN = 3  # values at fault that a message names by their place


def level(name: str, value: float, such_as: float = 0.95, below: float = 1.0) -> None:
    """Refuse what is no level of an interval or test, such as 95 for 95 %.

    Parameters
    ----------
    name : str
        Of the argument, for the message.
    value : float
    such_as : float
        Example for the message.
    below : float
        Upper bound, which is not allowed itself.

    Raises
    ------
    ValueError
        If the value is text, or not above zero and below the bound.
    """
    if isinstance(value, str | bytes):
        raise ValueError(f"{name} = {value!r} is text. Allowed: a number between 0 and {below:g}, such as {such_as:g}.")
    if not 0 < value < below:
        raise ValueError(f"{name} = {value}; it lies between 0 and {below:g}, such as {such_as:g}.")


def share(name: str, values: "ArrayLike") -> Floats:
    """Numbers from 0 to 1, both allowed.

    Parameters
    ----------
    name : str
    values : array_like

    Returns
    -------
    numpy.ndarray
        The same as floats; so for all below.

    Raises
    ------
    ValueError
        If one is missing or lies outside.
    """
    numbers = _floats(name, values)
    return _checked(name, numbers, (numbers >= 0) & (numbers <= 1), "from 0 to 1")


def known(name: str, values: "ArrayLike") -> Floats:
    """Numbers of which none is missing; infinite ones are allowed.

    Parameters
    ----------
    name : str
    values : array_like

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    ValueError
        If one is missing.
    """
    numbers = _floats(name, values)
    return _checked(name, numbers, ~np.isnan(numbers), "numbers, none missing")


def finite(name: str, values: "ArrayLike") -> Floats:
    """Numbers of which none is missing or infinite.

    Parameters
    ----------
    name : str
    values : array_like

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    ValueError
        If one is.
    """
    numbers = _floats(name, values)
    return _checked(name, numbers, np.isfinite(numbers), "finite numbers, none missing")


def not_negative(name: str, values: "ArrayLike") -> Floats:
    """Finite numbers from zero, such as counts and variances.

    Parameters
    ----------
    name : str
    values : array_like

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    ValueError
        If one is missing, infinite or below zero.
    """
    numbers = _floats(name, values)
    return _checked(name, numbers, np.isfinite(numbers) & (numbers >= 0), "finite numbers from 0, none missing")


def positive(name: str, values: "ArrayLike", *, endless: bool = False) -> Floats:
    """Numbers above zero, such as exposures and standard errors.

    Parameters
    ----------
    name : str
    values : array_like
    endless : bool
        Whether infinity is allowed.

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    ValueError
        If one is missing, zero or below, or infinite where it must not be.
    """
    numbers = _floats(name, values)
    fine = (numbers > 0) & (endless | np.isfinite(numbers))
    return _checked(name, numbers, fine, f"{'' if endless else 'finite '}numbers above 0, none missing")


def whole(name: str, values: "ArrayLike", least: int = 0) -> Integers:
    """Whole numbers, such as events; a cast alone would cut fractions off and make a number of what is missing.

    Parameters
    ----------
    name : str
    values : array_like
    least : int
        Smallest that is allowed.

    Returns
    -------
    numpy.ndarray of int

    Raises
    ------
    ValueError
        If one is missing, no whole number, or too small.
    """
    numbers = _floats(name, values)
    fine = np.isfinite(numbers) & (numbers >= least) & (numbers == np.floor(numbers))
    return _checked(name, numbers, fine, f"whole numbers from {least}, none missing").astype(np.int64)


def one_of(name: str, value: object, allowed: object) -> None:
    """Refuse a name that is none of those of a `Literal`.

    Parameters
    ----------
    name : str
        What was given.
    value : object
    allowed : typing.Literal or an alias of one

    Raises
    ------
    ValueError
        If it is none of them: another method would be taken without a word.
    """
    names = get_args(getattr(allowed, "__value__", allowed))
    if value not in names:
        raise ValueError(f"unknown {name} {value!r}. Allowed: {', '.join(map(str, names))}.")


def keys(name: str, values: "ArrayLike") -> "NDArray[Any]":
    """Labels of which none is missing: rows without one would be left out, or taken for one group.

    Parameters
    ----------
    name : str
    values : array_like, shape (n,)

    Returns
    -------
    numpy.ndarray
        Of the labels' own type.

    Raises
    ------
    ValueError
        If one is missing.
    """
    labels = np.asarray(values)
    missing = int(np.count_nonzero(pd.isna(labels)))
    if missing:
        raise ValueError(f"{missing} of {labels.size} {name} are missing. Allowed: a label for each row.")
    return labels


def same_shape(**arrays: "ArrayLike") -> None:
    """Refuse arrays that do not belong together row by row; a single number goes with any.

    Parameters
    ----------
    **arrays : array_like
        By the name of the argument.

    Raises
    ------
    ValueError
        If shapes differ.
    """
    shapes = {name: np.shape(values) for name, values in arrays.items()}
    if len({shape for shape in shapes.values() if shape}) > 1:
        shown = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"arrays of different shapes: {shown}. Allowed: one value of each for each row.")


def some(name: str, number: int, least: int = 1) -> None:
    """Refuse too few rows, draws or units.

    Parameters
    ----------
    name : str
    number : int
        How many there are.
    least : int

    Raises
    ------
    ValueError
        If there are fewer.
    """
    if not number >= least:
        raise ValueError(f"{number} {name}. Allowed: at least {least}.")


def unmasked(name: str, values: "ArrayLike") -> "ArrayLike":
    """Refuse arrays of which some values are masked: the mask would be dropped, and what it hides be counted.

    Parameters
    ----------
    name : str
    values : array_like

    Returns
    -------
    array_like
        The same.

    Raises
    ------
    ValueError
        If one is masked.
    """
    if np.ma.is_masked(values):
        hidden = np.ma.getmaskarray(values)
        raise ValueError(
            f"{name} has masked values, {which(hidden)}: they count as missing. Allowed: none missing; leave those "
            "out, such as with `compressed()`, in every array alike."
        )
    return values


def which(wrong: Flags) -> str:
    """Where values at fault stand, counted from 1: the first few of them, and of how many.

    Parameters
    ----------
    wrong : numpy.ndarray of bool

    Returns
    -------
    str
        Such as `number 3 of 1,500` or `numbers 3, 8, 9, … of 1,500`.
    """
    flags = np.atleast_1d(np.asarray(wrong))
    places = (np.flatnonzero(flags.ravel()) + 1).tolist()
    shown = ", ".join(f"{place:,}" for place in places[:SHOWN]) + ", …" * (len(places) > SHOWN)
    return f"number{'s' * (len(places) > 1)} {shown} of {flags.size:,}"


def _floats(name: str, values: "ArrayLike") -> Floats:
    given = np.asarray(unmasked(name, values))
    texts = [value for value in given.flat if isinstance(value, str | bytes)] if given.dtype.kind in "USO" else []
    if texts:
        raise ValueError(f"{name} has text, such as {texts[0]!r}. Allowed: numbers.")
    return np.asarray(given, dtype=np.float64)


def _checked(name: str, numbers: Floats, fine: Flags, allowed: str) -> Floats:
    if not np.all(fine):
        wrong = ~np.asarray(fine)
        at = f" ({which(wrong)})" if numbers.size > 1 else ""
        raise ValueError(f"{name} has {numbers[wrong].flat[0]:g}{at}. Allowed: {allowed}.")
    return numbers
