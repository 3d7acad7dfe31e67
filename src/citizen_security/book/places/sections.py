"""What stands below the pictures of a place: how sure they are, what was tried, what to beware of, sources, use."""

from collections.abc import Iterator

from citizen_security.book.places import sentences
from citizen_security.book.places.caveats import caveats, publishers
from citizen_security.book.places.context import Context
from citizen_security.book.places.markup import download, items, link, section, text
from citizen_security.book.places.programmes import Programme, evaluations_of, programmes_at
from citizen_security.book.places.records import Place
from citizen_security.book.places.studies import Study, studies_at
from citizen_security.words import counted

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
        section("Programmes here", _programmes(place, context), "programmes"),
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


def _programmes(place: Place, context: Context) -> str:
    """Pages that evaluate a programme of the place, and the programmes that the register has of it."""
    pages = (f"programmes/{page}" for page in evaluations_of(place, context.places))
    told = [f"<b>{link(f'../{it}.html', context.titles[it])}</b>" for it in pages if it in context.titles]
    found = programmes_at(place, _inside(place, context), context.register)
    if not told and not found:
        return ""
    note = f'<p class="source">{link("../evidence/programmes.html", "All programmes of the register")}.</p>'
    return items([*told, *map(_programme, found)], "studies") + note


def _programme(programme: Programme) -> str:
    studied = counted(programme.studies, "study", "studies")
    where = f", {text(programme.place)}" if programme.place else ""
    return f"{text(programme.name)}{where}: {text(programme.years)}; {studied} in the collection."


def _inside(place: Place, context: Context) -> list[Place]:
    """Cities of a state: what is done or studied in them is its own too."""
    return context.within(place) if place.kind == "state" else []


def _tried(place: Place, context: Context) -> str:
    """Studies of the place, the strongest first."""
    found = studies_at(place, _inside(place, context), context.evidence)
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
