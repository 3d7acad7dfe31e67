"""What search engines for data are told of each table, in the words of schema.org, from its description."""

from collections.abc import Mapping
from typing import Any

from citizen_security.figures.embed import inert_json

CONTRIBUTORS = "The citizen security compendium contributors"


def dataset_script(package: Mapping[str, Any], resource: Mapping[str, Any], address: str) -> str:
    """HTML that describes a table to machines and shows nothing.

    Parameters
    ----------
    package, resource : mapping
        The data package's descriptor, and that of the table.
    address : str
        Of the published site, with a slash at its end; empty where nobody knows it.

    Returns
    -------
    str
    """
    return f'<script type="application/ld+json">{inert_json(dataset(package, resource, address))}</script>'


def dataset(package: Mapping[str, Any], resource: Mapping[str, Any], address: str) -> dict[str, Any]:
    """A table as a Dataset of schema.org.

    Parameters
    ----------
    package, resource : mapping
        The data package's descriptor, and that of the table.
    address : str
        Of the published site; file addresses are relative to the page without it.

    Returns
    -------
    dict
    """
    folder = f"{address}data/" if address else ""
    fields = resource["schema"]["fields"]
    described = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": resource["title"],
        "alternateName": resource["name"],
        "description": resource["description"],
        "url": f"{folder}{resource['path'].split('/')[0]}.html#table-{resource['name'].replace('_', '-')}",
        "version": package.get("version", ""),
        "keywords": package.get("keywords", []),
        "license": [it.get("path") or it.get("title", it["name"]) for it in resource["licenses"]],
        "creator": {"@type": "Organization", "name": CONTRIBUTORS},
        "isBasedOn": [_work(it) for it in resource["sources"]],
        "isAccessibleForFree": True,
        "inLanguage": "en",
        "temporalCoverage": _years(fields),
        "variableMeasured": [_variable(it) for it in fields],
        "distribution": {
            "@type": "DataDownload",
            "encodingFormat": "text/csv",
            "contentUrl": f"{folder}{resource['path']}",
            "contentSize": f"{resource['bytes']} B",
            "sha256": resource["hash"].removeprefix("sha256:"),
        },
    }
    return {name: said for name, said in described.items() if said not in ("", [])}


def _work(source: Mapping[str, str]) -> dict[str, str]:
    work = {"@type": "CreativeWork", "name": source["title"]}
    return {**work, "url": source["path"]} if source.get("path") else work


def _variable(field: Mapping[str, Any]) -> dict[str, str]:
    said = {
        "@type": "PropertyValue",
        "name": field["name"],
        "description": field.get("description") or field.get("title", ""),
        "unitText": field.get("unit", ""),
    }
    return {name: text for name, text in said.items() if text}


def _years(fields: list[Mapping[str, Any]]) -> str:
    """The years that the field `year` may hold, as a span; empty where there is none or it is open."""
    limits: Mapping[str, Any] = next((it.get("constraints", {}) for it in fields if it["name"] == "year"), {})
    first, last = limits.get("minimum"), limits.get("maximum")
    return f"{first}/{last}" if first is not None and last is not None else ""
