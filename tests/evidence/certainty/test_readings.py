"""Where a study was read is told from the words that were noted, and every study is counted once."""

import pandas as pd
import pytest

from citizen_security.evidence.certainty.readings import reading_table, readings_of
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def words():
    return catalog.load("readings")


def studies(*noted, in_lac=()):
    flags = [place in in_lac for place in range(len(noted))]
    return pd.DataFrame(
        {"study_id": [f"s{place}" for place in range(len(noted))], "facts_read_at": noted, "in_lac": flags}
    )


@pytest.mark.parametrize(
    ("noted", "place", "part"),
    [
        ("jamanetwork.com/journals/jama/article-abstract/192444", "Page of a journal", "Abstract"),
        ("wviechtb/metadat data-raw/dat.landenberger2005.txt", "Published data of a review", "Data"),
        ("docslib.org/doc/3739767 (Baylor thesis)", "Copy or index elsewhere", "Article or report in whole or in part"),
        ("Folhanobre.com.br 2022-12-06", "News", "News report"),
        ("plataformadeevidencias.iadb.org/en/x", "Platform or institution", "Summary by others"),
        ("ideas.repec.org/p/mnt/wpaper/2202.html", "Repository or authors' page", "Not told"),
        ("somewhere.example", "Not told", "Not told"),
    ],
)
def test_the_words_tell_place_and_part(words, noted, place, part):
    row = readings_of(studies(noted), words).iloc[0]
    assert (row["noted"], row["place"], row["part"]) == (True, place, part)


def test_a_blank_is_not_noted(words):
    assert not readings_of(studies(None), words)["noted"].iloc[0]


def test_the_counts_of_each_question_add_up_to_the_studies(words):
    given = studies("jamanetwork.com abstract", "scielo.br", "x.example", "folhanobre.com.br", in_lac=(0, 3))
    table = reading_table(given, words)
    sums = table.groupby("question")[["collection", "region"]].sum()
    assert (sums["collection"] == 4).all()
    assert (sums["region"] == 2).all()
    journals = table[(table["question"] == "Where") & (table["answer"] == "Page of a journal")].iloc[0]
    assert (journals["collection"], journals["region"]) == (2, 1)


def test_of_every_row_of_the_collection_the_place_is_told(words):
    found = readings_of(catalog.load("studies"), words)
    silent = found[found["place"] == "Not told"]
    assert silent.empty, f"add the words of these rows to data/evidence/readings.csv: {list(silent['study_id'])}"
