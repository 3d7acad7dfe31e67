"""What stands below the pictures of a place: how sure they are, what was tried, what to beware of, sources, use."""

from collections.abc import Iterator

from citizen_security.book.places import sentences
from citizen_security.book.places.caveats import caveats, publishers
from citizen_security.book.places.context import Context
from citizen_security.book.places.markup import download, items, link, section, text
from citizen_security.book.places.records import Place
from citizen_security.book.places.studies import Study, studies_at

NOTEBOOK = "places/every_place"
# Of a page in a frame of another: what the longest of them needs in the width of a phone, in pixels.
EMBEDDED_HEIGHT = 760


def sections(place: Place, context: Context) -> list[str]:
    """The sections of a place's page, those without content as empty texts.

    Parameters
    ----------
    place : Place
    context : Context
    """
    return [
        section("How sure are we", _sure(place, context), "sure"),
        section("What was tried here", _tried(place, context), "tried"),
        section("What to beware of", _beware(place, context), "beware"),
        section("Sources", _sources(place, context), "sources"),
        section("Use it", _use(place), "use"),
    ]


def _sure(place: Place, context: Context) -> str:
    counts = "" if place.has_rates else "Counts and not rates: the table has no population by year."
    line = (
        "A published figure is what was counted. The underlying one is a model's: it takes out what chance adds to "
        "small counts, by what the place's other years and other places say."
    )
    rivals = (
        f"Of {place.group}, a rule as simple as carrying the last figure on foretells better than this model: its "
        "underlying figures smooth the past, and it says nothing of the next year."
    )
    said = [line, sentences.expected(place, context.level) if place.model_holds else rivals, counts]
    return items([*(text(it) for it in said if it), *_counted_twice(place, context)])


def _counted_twice(place: Place, context: Context) -> Iterator[str]:
    """Why the page of a city and that of the state that it fills do not expect the same."""
    if (twin := context.twin(place)) is not None:
        page = link(f"{twin.address}.html", twin.name)
        yield (
            f"The same deaths are those of {page}, once among {text(place.group)} and once among {text(twin.group)}. "
            "The model of each list learns from the other places of that list: the two pages need not expect the same."
        )


def _tried(place: Place, context: Context) -> str:
    """Studies of the place, the strongest first."""
    cities = context.within(place) if place.kind == "state" else []
    found = studies_at(place, cities, context.evidence)
    if not found:
        return ""
    note = (
        '<p class="source">A collection of studies and no systematic search. Strength: level on the Maryland scale, by '
        f"our coding. {link('../evidence/gap_map.html', 'All studies on a map')}.</p>"
    )
    return items(map(_study, found), "studies") + note


def _study(study: Study) -> str:
    name = link(f"https://doi.org/{study.doi}", study.reference) if study.doi else text(study.reference)
    effects = f"; {text('; '.join(study.effects))}" if study.effects else ""
    where = f", {text(study.place)}" if study.place else ""
    return (
        f"<b>{text(study.tried)}</b>{where}: {text(study.direction)}{effects}. "
        f'<span class="source">{name}: {text(study.title)}. Strength {text(study.strength)}.</span>'
    )


def _beware(place: Place, context: Context) -> str:
    gaps = sentences.gaps(place, context.last_year(place)) if place.latest else ""
    doubts = caveats(place, context.descriptions[place.source_table])
    return items(text(it) for it in [gaps, *doubts] if it)


def _sources(place: Place, context: Context) -> str:
    found = publishers(place, context.descriptions)
    named = [link(it.address, it.title) if it.address else text(it.title) for it in found]
    subject = context.descriptions[place.source_table]["path"].split("/")[0]
    tables = link(f"../data/{subject}.html", "the tables, with licences and notes")
    shapes = "Natural Earth (public domain)" + ("; GeoNames (CC BY 4.0)" if place.kind == "city" else "")
    return items([*named, f"Map: {shapes}", f"Published figures as in {tables}."])


def _use(place: Place) -> str:
    command = f"citizen-security run {NOTEBOOK} -p place={place.key}"
    embed = (
        f'<iframe src="{place.address}.html?embed" title="{text(place.name)}" width="100%" height="{EMBEDDED_HEIGHT}">'
        "</iframe>"
    )
    lines = [
        f"{download(place)}: every year of this page, under CC BY 4.0 with the exceptions stated at the tables.",
        f'<label>This page: <input class="permalink" readonly value="{place.address}.html"></label>',
        '<label>To show its picture on yours: <textarea class="embed-code" readonly rows="2">'
        f"{text(embed)}</textarea></label>",
        f"To run the analysis for this place: <code>{text(command)}</code> "
        f"({link(f'../{NOTEBOOK}.html', 'the notebook')}, {link('../rerun.html', 'how to run it')}).",
    ]
    return items(lines, "use")
