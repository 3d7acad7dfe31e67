"""Whether groups of trials that one review printed are capped: many of exactly one size, and none larger."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from citizen_security.evidence.studies.metrics import counts_of
from citizen_security.evidence.studies.row_findings import Finding, Row
from citizen_security.words import counted, listed

CAPPED = "groups of one size"

# Fewer trials share their largest group by chance or by design.
FEWEST_TRIALS = 3
# Small trials are often planned with equal round groups.
SMALLEST_GROUP = 500


def size_findings(effects: Sequence[Row], studies: Sequence[Row]) -> Iterator[Finding]:
    """A doubt about the first of several trials of a review whose largest groups have exactly the same size.

    Parameters
    ----------
    effects, studies : sequence of Row
        Rows of both tables.

    Yields
    ------
    Finding
    """
    review = {row.key: row.text("pooled_in") for row in studies}
    groups: defaultdict[str, list[tuple[Row, int]]] = defaultdict(list)
    for row in effects:
        cells = counts_of(row.text("derivation"))
        printed_by = review.get(row.text("study_id"), "")
        if cells and printed_by:
            groups[printed_by] += [(row, cells[0] + cells[1]), (row, cells[2] + cells[3])]
    for printed_by, sizes in groups.items():
        size = max(size for _, size in sizes)
        alike = [row for row, mine in sizes if mine == size]
        trials = sorted({row.text("study_id"): row for row in alike}.values(), key=lambda row: row.key)
        if size < SMALLEST_GROUP or len(trials) < FEWEST_TRIALS:
            continue
        twice = [row.key for row, times in Counter(alike).items() if times > 1]
        both = f", both groups of {listed(twice)}" if twice else ""
        given = (
            f"{counted(len(alike), 'group')} of the trials that {printed_by} printed have exactly {size:,} persons, "
            f"and none has more: {listed([row.key for row in trials])}{both}"
        )
        allowed = "the counts of the trials themselves; equal sizes that none exceeds look like a cap"
        remedy = "compare one with its own publication, and say in the answers what was found"
        yield trials[0].doubt(CAPPED, "derivation", given, allowed, remedy)
