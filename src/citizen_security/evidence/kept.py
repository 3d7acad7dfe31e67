"""Whether parameters that choose rows of a table leave any: one refusal for all notebooks that filter."""

from collections.abc import Callable, Collection, Iterable

from citizen_security.parameters import ParameterError, Parameters, unknown

# Years are compared with each other, so only both together are sure to be allowed.
YEARS = ("first_year", "last_year")


def refuse_unknown_countries(given: str | Iterable[str], known: Collection[str]) -> None:
    """Refuse codes of countries that no table has.

    Parameters
    ----------
    given : str or iterable of str
        The parameter `countries`: codes, or `all`.
    known : collection of str

    Raises
    ------
    ParameterError
        With the nearest match of each.
    """
    if given == "all":
        return
    if problems := [unknown("country", code, sorted(known), "countries") for code in given if code not in known]:
        raise ParameterError(problems)


def refuse_nothing_kept[Asked: Parameters](
    asked: Asked, kept: Callable[[Asked], int], what: str, idle: Collection[str]
) -> None:
    """Refuse parameters that keep no row.

    Parameters
    ----------
    asked : Parameters
    kept : callable
        How many rows some parameters keep.
    what : str
        A row, in words: `study of the table`.
    idle : collection of str
        Parameters that decide nothing about which rows are kept.

    Raises
    ------
    ParameterError
        With each single parameter whose default would leave rows, and how many.
    """
    if kept(asked):
        return
    filters = [name for name in asked.changed() if name not in idle]
    given = ", ".join(f"{name} = {getattr(asked, name)!r}" for name in filters)
    raise ParameterError([f"no {what} has {given}; {_remedy(asked, kept, filters)}"])


def _remedy[Asked: Parameters](asked: Asked, kept: Callable[[Asked], int], filters: Collection[str]) -> str:
    """What would leave rows: one parameter back at its default, the whole range of years, or all of them."""
    defaults = type(asked).defaults()

    def left(names: Iterable[str]) -> int:
        return kept(type(asked).from_values({**asked.model_dump(), **{name: defaults[name] for name in names}}))

    offers = {f"{name} = {defaults[name]!r}": left([name]) for name in filters if name not in YEARS}
    if not set(YEARS).isdisjoint(filters):
        offers["the whole range of years"] = left(YEARS)
    if helpful := [f"{change} would leave {count}" for change, count in offers.items() if count]:
        return "; ".join(helpful)
    total = kept(type(asked).from_values({}))
    return f"no single change would leave any; the defaults leave {total}, so change fewer parameters at once"
