"""Where the table comes from: a file, or a simulated country of the size that the effort allows."""

import hashlib
import io

import numpy as np
import pytest
from cities.every_municipality.brought import SAME, changed, plain, table

from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.cities.every_municipality.source import check_source, load_source
from citizen_security.cities.every_municipality.table import build_panel, read_municipalities
from citizen_security.parameters import ParameterError
from citizen_security.tables.brought.told import ODD, ONE_MEANING


def test_a_bad_table_is_refused_by_the_check(write):
    path = write(changed("homicides", 4, -1))
    with pytest.raises(ParameterError, match="no count of homicides"):
        check_source(EveryMunicipality(path=str(path)))


def test_a_run_says_which_file_it_was_made_of(write):
    path = write(table())
    source = load_source(EveryMunicipality(path=str(path)))
    assert source.checksum == hashlib.sha256(path.read_bytes()).hexdigest()
    assert load_source(EveryMunicipality(effort="quick")).checksum == ""


def test_what_was_normalised_and_what_is_doubtful_is_said(write):
    frame = table()
    moved = (frame["place"] == "Place 00") & (frame["year"] > 2019)
    odd = frame.assign(population=frame["population"].mask(moved, 2 * frame["population"]), group=frame["group"] + " ")
    source = load_source(EveryMunicipality(path=str(write(odd))))
    assert source.said["how"].tolist() == [ODD, ONE_MEANING]
    assert "changes by more than half" in source.said["what"][0]
    assert "blanks at an end" in source.said["what"][1]
    assert source.reading == (
        "The table was read. What can mean one thing only was read as that, however it was written: 1 note. What is "
        "possible but looks odd was kept, and should be checked: 1 note."
    )


def test_a_clean_table_and_a_simulated_one_leave_nothing_to_say(write):
    clean = load_source(EveryMunicipality(path=str(write(table()))))
    assert clean.said.empty
    assert clean.reading.startswith("The table was read as it stands")
    simulated = load_source(EveryMunicipality(effort="quick"))
    assert simulated.said.empty
    assert simulated.reading == "The table was simulated: nothing was read."


def test_the_default_country_is_the_size_of_brazil_and_a_quick_one_is_not():
    assert len(load_source(EveryMunicipality()).table) == 5_570 * 20
    assert len(load_source(EveryMunicipality(effort="quick")).table) == 500 * 20


def test_the_simulated_table_can_be_written_and_brought_back(tmp_path):
    source = load_source(EveryMunicipality(effort="quick"))
    source.table.to_csv(tmp_path / "brought.csv", index=False)
    brought = read_municipalities(tmp_path / "brought.csv", SAME).table
    assert plain(brought).equals(plain(source.table))
    buffers = [io.BytesIO(), io.BytesIO()]
    for buffer, frame in zip(buffers, (brought, source.table), strict=True):
        np.save(buffer, build_panel(frame).homicides)
    assert buffers[0].getvalue() == buffers[1].getvalue()
