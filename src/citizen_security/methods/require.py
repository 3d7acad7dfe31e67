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
        If the value is not above zero and below the bound.
    """
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
    numbers = _floats(values)
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
    numbers = _floats(values)
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
    numbers = _floats(values)
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
    numbers = _floats(values)
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
    numbers = _floats(values)
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
    numbers = _floats(values)
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


def _floats(values: "ArrayLike") -> Floats:
    return np.asarray(values, dtype=np.float64)


def _checked(name: str, numbers: Floats, fine: Flags, allowed: str) -> Floats:
    if not np.all(fine):
        wrong = numbers[~np.asarray(fine)].flat[0]
        raise ValueError(f"{name} has {wrong:g}. Allowed: {allowed}.")
    return numbers
