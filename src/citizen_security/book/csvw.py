"""Metadata of a download, after the W3C's model for tabular data: found beside the CSV, under its name."""

import json
from collections.abc import Mapping

SUFFIX = "-metadata.json"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def metadata(file: str, title: str, columns: Mapping[str, str], numbers: Mapping[str, str]) -> str:
    """What a CSV and each of its columns say.

    Parameters
    ----------
    file : str
        Name of the CSV, beside which the metadata lie.
    title : str
    columns : mapping of str to str
        What each column says, in the order of the file.
    numbers : mapping of str to str
        Columns that are no text, with what they are: `number`, `integer` or `boolean`.

    Returns
    -------
    str
        JSON.
    """
    described = [
        {"name": name, "titles": name, "dc:description": said, "datatype": numbers.get(name, "string")}
        for name, said in columns.items()
    ]
    content = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": file,
        "dc:title": title,
        "dc:license": {"@id": LICENCE},
        "dialect": {"header": True, "encoding": "utf-8", "lineTerminators": "\n"},
        "tableSchema": {"columns": described},
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
