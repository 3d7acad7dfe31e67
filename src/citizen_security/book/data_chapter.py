"""The data chapter, written from `data/datapackage.json`: one page a subject, every table and every field."""

import csv
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from citizen_security.book.datasets import dataset_script
from citizen_security.book.markdown import bytes_in_words, code, download, label, link, reference, table, text

SUBJECTS = {
    "country": "Countries",
    "city": "Cities and states",
    "evidence": "Studies and effects",
    "claims": "Claims of the literature",
    "programmes": "Programmes",
    "geometry": "Shapes and places",
}

DESCRIPTOR = "datapackage.json"


def data_pages(package: Mapping[str, Any], folder: Path, address: str = "") -> dict[str, str]:
    """Pages of the data chapter.

    Parameters
    ----------
    package : mapping
        The data package's descriptor.
    folder : pathlib.Path
        Folder of the descriptor and the tables.
    address : str
        Of the published site, for what names whole addresses.

    Returns
    -------
    dict
        File name → Markdown.
    """
    subjects = _by_subject(package)
    pages = {
        f"{subject}.md": _subject_page(_title(subject), resources, folder, _datasets(package, resources, address))
        for subject, resources in subjects.items()
    }
    return {"index.md": _index(package, subjects, folder), **pages}


def _by_subject(package: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """Tables by the folder they are in, in the order of the descriptor."""
    subjects: dict[str, list[Mapping[str, Any]]] = {}
    for resource in package["resources"]:
        subjects.setdefault(PurePosixPath(resource["path"]).parts[0], []).append(resource)
    return subjects


def _title(subject: str) -> str:
    return SUBJECTS.get(subject, subject.replace("_", " ").capitalize())


def _index(package: Mapping[str, Any], subjects: Mapping[str, list[Mapping[str, Any]]], folder: Path) -> str:
    overview = [
        (reference(it["name"]), text(it["description"]), f"{_rows(folder / it['path']):,}", _file(it))
        for resources in subjects.values()
        for it in resources
    ]
    tables = sum(len(resources) for resources in subjects.values())
    return f"""# Data

What you will learn here: which tables the compendium is computed from, who published the figures in them, under which
licence, and where a series breaks. Nothing else is needed to read on; to use the tables, any program that reads CSV.

{text(package["description"])}

The {tables} tables are plain CSV in UTF-8. One file describes them all, in the format of the Frictionless Data
Package: {download(DESCRIPTOR, DESCRIPTOR)}. It is the schema that every table is checked against before a notebook
reads it, with the rules that hold between tables; these pages are written from it.

{table(["Table", "What it holds", "Rows", "File"], overview, name="data-index")}

## Read before use

{_notes(package.get("notes", []))}

## What these tables cannot show

- Homicide is the best counted crime, and it is still counted differently from country to country: by police or by
  registries of death, by place of occurrence or of residence. The breaks are noted with each table.
- Poverty and inequality come from surveys that some countries hold each year and others once in a decade. What lies
  between two surveys is interpolated, and interpolated years are no observations.
- The studies are a convenience collection and no systematic search of the literature.
"""


def _datasets(package: Mapping[str, Any], resources: list[Mapping[str, Any]], address: str) -> str:
    return "\n".join(dataset_script(package, it, address) for it in resources)


def _subject_page(title: str, resources: list[Mapping[str, Any]], folder: Path, datasets: str) -> str:
    sections = "\n\n".join(_table_section(resource, folder) for resource in resources)
    return f"""# {text(title)}

What you will learn here: what each of these tables holds, field by field, and what to beware of. The
{{doc}}`overview <index>` lists all tables.

{sections}

``````{{raw}} html
{datasets}
``````
"""


def _table_section(resource: Mapping[str, Any], folder: Path) -> str:
    parts = [
        f"({label(resource['name'])})=",
        f"## {text(resource['title'])}",
        text(resource["description"]),
        _facts(resource, folder / resource["path"]),
        _notes(resource.get("notes", [])),
        _fields(resource["schema"]["fields"]),
    ]
    return "\n\n".join(filter(None, parts))


def _facts(resource: Mapping[str, Any], path: Path) -> str:
    schema = resource["schema"]
    facts = [
        ("Name", code(resource["name"])),
        ("File", f"{_file(resource)}, {_rows(path):,} rows"),
        ("Key", ", ".join(code(name) for name in _as_list(schema.get("primaryKey", [])))),
        ("Refers to", "; ".join(_reference(key) for key in schema.get("foreignKeys", []))),
        ("Publishers", "; ".join(_source(source) for source in resource["sources"])),
        ("Licences", "; ".join(_licence(licence) for licence in resource["licenses"])),
        ("Checksum", code(resource["hash"])),
    ]
    return table(["Table", "Facts"], [fact for fact in facts if fact[1]], name="facts")


def _file(resource: Mapping[str, Any]) -> str:
    name = PurePosixPath(resource["path"]).name
    return download(name, resource["path"], f"({bytes_in_words(resource['bytes'])})")


def _reference(key: Mapping[str, Any]) -> str:
    fields = ", ".join(code(name) for name in _as_list(key["fields"]))
    return f"{fields} in {reference(key['reference']['resource'])}"


def _source(source: Mapping[str, str]) -> str:
    name = link(source["title"], source["path"]) if source.get("path") else text(source["title"])
    release = source.get("release", "")
    return f"{name} ({text(release)})" if release and release not in source["title"] else name


def _licence(licence: Mapping[str, str]) -> str:
    title = licence.get("title", licence["name"])
    return link(title, licence["path"]) if licence.get("path") else text(title)


def _notes(notes: list[str]) -> str:
    return "\n".join(f"- {text(note)}" for note in notes)


def _fields(fields: list[Mapping[str, Any]]) -> str:
    rows = [
        (code(it["name"]), text(_meaning(it)), text(it.get("unit", "")), text(it["type"]), _constraints(it))
        for it in fields
    ]
    return table(["Field", "What it is", "Unit", "Type", "Allowed"], rows, name="fields")


def _meaning(field: Mapping[str, Any]) -> str:
    """Description of a field, and its source and licence where they are its own."""
    own = [field.get("description") or field.get("title", "")]
    own += [f"Source: {field['source'].rstrip('.')}." if field.get("source") else ""]
    own += [f"Licence: {field['license'].rstrip('.')}." if field.get("license") else ""]
    return " ".join(filter(None, own))


def _constraints(field: Mapping[str, Any]) -> str:
    given = field.get("constraints", {})
    low, high = given.get("minimum"), given.get("maximum")
    parts = [
        "never missing" if given.get("required") else "",
        "unique" if given.get("unique") else "",
        text(f"{low} to {high}") if low is not None and high is not None else "",
        text(f"from {low}") if low is not None and high is None else "",
        text(f"up to {high}") if low is None and high is not None else "",
        "one of " + ", ".join(code(choice) for choice in given["enum"]) if "enum" in given else "",
        "matches " + code(given["pattern"]) if "pattern" in given else "",
    ]
    return "; ".join(filter(None, parts))


def _rows(path: Path) -> int:
    """Rows of a table, without its header; a quoted line break is no row."""
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for row in csv.reader(file) if row) - 1


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
