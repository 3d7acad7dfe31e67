"""A download says what its columns are, where programs look for it."""

import csv
import io
import json

from citizen_security.book.csvw import metadata

DESCRIBED = metadata("a.csv", "Things", {"key": "the key", "value": "what was measured"}, {"value": "number"})


def test_every_column_is_described_in_the_order_of_the_file():
    columns = json.loads(DESCRIBED)["tableSchema"]["columns"]
    assert [it["name"] for it in columns] == next(csv.reader(io.StringIO("key,value\n")))
    assert [(it["dc:description"], it["datatype"]) for it in columns] == [
        ("the key", "string"),
        ("what was measured", "number"),
    ]


def test_it_is_what_the_vocabulary_of_the_w3c_calls_it():
    content = json.loads(DESCRIBED)
    assert content["@context"][0] == "http://www.w3.org/ns/csvw"
    assert (content["url"], content["dc:title"]) == ("a.csv", "Things")
    assert set(content) == {"@context", "url", "dc:title", "dc:license", "dialect", "tableSchema"}
