"""Write the table of released verdicts from what the ledger of claims recorded: the step of a release.

Usage: python scripts/release-verdicts.py VERSION DAY [FOLDER], such as 0.2.0 2027-03-01, where the folder holds the
tables of the run (results/claims/ledger/default/tables by default). Then accept the table:
`citizen-security data update released_verdicts`.
"""

import csv
import math
import re
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "results" / "claims" / "ledger" / "default" / "tables"
TABLE = ROOT / "data" / "claims" / "released_verdicts.csv"
COLUMNS = ("claim_id", "release", "released", "verdict", "value", "low", "high")
VERSION = re.compile(r"\d+\.\d+\.\d+")


def digits(cell: str) -> str:
    """A number to six digits; blank where there is none, or an interval has no end."""
    return f"{float(cell):.6g}" if cell and math.isfinite(float(cell)) else ""


def released(claims: Path, version: str, day: str) -> list[dict[str, str]]:
    """Rows of the table of released verdicts.

    Raises
    ------
    ValueError
        If the version or the day is none, with what is allowed.
    FileNotFoundError
        If the ledger has not run.
    """
    if not VERSION.fullmatch(version):
        raise ValueError(f"version {version!r}. Allowed: three numbers, such as 0.2.0")
    date.fromisoformat(day)
    with claims.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        {name: row[name] for name in ("claim_id", "verdict")}
        | {"release": version, "released": day}
        | {name: digits(row[name]) for name in ("value", "low", "high")}
        for row in rows
    ]


def main(arguments: list[str]) -> str:
    """Write the table; what is wrong is returned in words, and then nothing was written."""
    if len(arguments) not in (2, 3):
        return str(__doc__).strip()
    version, day, *folder = arguments
    claims = Path(folder[0] if folder else TABLES) / "claims.csv"
    try:
        rows = released(claims, version, day)
    except FileNotFoundError:
        return f"{claims} is not there. Run `citizen-security run claims/ledger`, or give the folder of its tables"
    except (ValueError, KeyError) as error:
        return f"{error}. Give a version such as 0.2.0, a day such as 2027-03-01, and the tables of a run of the ledger"
    aside = TABLE.with_suffix(".new")
    with aside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    aside.replace(TABLE)
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) or 0)
