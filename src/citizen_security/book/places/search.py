"""The index of the field that finds a place: places first, then the book's pages, with words that stand for them."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from citizen_security.book.places.records import Place
from citizen_security.figures.embed import inert_json

# What people call places and subjects otherwise, by the key of a place, the address of a page, or the code of an
# intervention or an outcome. A name in another
# language, the town that a municipality is known by, a person or a word of the debate.
ALSO: Mapping[str, str] = {
    "ATG": "Antigua y Barbuda",
    "BLZ": "Belice",
    "BOL": "Plurinational State of Bolivia",
    "BRA": "Brasil",
    "DMA": "Dominique",
    "DOM": "República Dominicana",
    "GRD": "Granada",
    "GUY": "Guyana Guayana",
    "HND": "extortion, extorsión, state of exception",
    "HTI": "Haïti, Ayiti, gangs of Port-au-Prince",
    "KNA": "San Cristóbal y Nieves",
    "LCA": "Santa Lucía",
    "MEX": "kingpins, Calderón, cartels",
    "PAN": "Panama",
    "SLV": "Bukele, CECOT, state of exception, mano dura, truce, tregua, maras, MS-13",
    "SUR": "Surinam",
    "TTO": "Trinidad y Tobago",
    "VCT": "San Vicente y las Granadinas",
    "VEN": "Bolivarian Republic of Venezuela, OLP",
    "BRA-DF": "DF, Federal District, Brasília",
    "BRA-RJ": "UPP, pacification, favelas, milícias",
    "BRA-3304557": "UPP, pacification, favelas, Rio",
    "BRA-PE": "Pacto pela Vida",
    "BRA-SP": "Infocrim, PCC",
    "COL-05001": "Metrocable, comuna 13",
    "COL-11001": "Bogota, Mockus, zanahoria hour",
    "COL-52835": "Tumaco",
    "COL-54001": "Cúcuta",
    "ECU-guayas": "Guayaquil",
    "ECU-pichincha": "Quito",
    "MEX-09": "Mexico City, CDMX, DF, Mexico DF, Distrito Federal",
    "MEX-15": "State of Mexico, Edomex",
    "MEX-02004": "Tijuana",
    "MEX-03008": "San José del Cabo, Cabo San Lucas",
    "MEX-08037": "Ciudad Juárez",
    "MEX-23005": "Cancún",
    "MEX-23008": "Playa del Carmen",
    "MEX-23004": "Chetumal",
    "MEX-25001": "Los Mochis",
    "MEX-26018": "Ciudad Obregón",
    "MEX-27004": "Villahermosa",
    "MEX-28041": "Ciudad Victoria",
    "evidence/gap_map": "extortion, extorsión, what works, studies, domestic violence, robbery",
    "evidence/interventions/alcohol_restriction": "alcohol, bars, closing hours, ley seca, lei seca",
    "evidence/interventions/cash_transfers": "Bolsa Família, Prospera, Oportunidades, welfare",
    "evidence/interventions/cognitive_behavioural_therapy": "CBT, therapy, young people",
    "evidence/interventions/firearm_restriction": "guns, weapons, disarmament, desarme, estatuto do desarmamento",
    "evidence/interventions/focused_deterrence": "gangs, ceasefire, alto al fuego, group violence intervention",
    "evidence/interventions/hot_spots_policing": "patrols, police, puntos calientes",
    "evidence/interventions/urban_upgrading": "Metrocable, cable cars, slums, favelas",
    "evidence/overview": "mano dura, hard hand, truce, prevention",
    "alcohol_restriction": "bars, closing hours, ley seca, lei seca",
    "body_worn_cameras": "bodycams, câmeras corporais, cámaras corporales",
    "cctv": "videovigilancia, video surveillance",
    "community_policing": "policía comunitaria, polícia comunitária, neighbourhood police",
    "employment_programmes": "jobs, work, empleo, emprego",
    "gang_truce": "tregua, maras, pandillas, ceasefire",
    "homicide": "murder, killings, homicidio, homicídio, asesinato",
    "kingpin_removal": "capos, cartels",
    "military_policing": "army, soldiers, militarización, mano dura",
    "pacification_policing": "UPP, favelas",
    "quadrant_policing": "cuadrantes, Plan Cuadrante",
    "reoffending": "recidivism, reincidencia, reincidência, prison",
    "robbery_and_theft": "robo, hurto, roubo, furto, stolen cars",
    "specialised_police": "violence against women, violencia de género, comisarías de la mujer",
    "state_violence": "police killings, abuse, letalidade policial",
    "transport_and_carrying_rules": "motorcycles, parrillero, porte de armas",
    "trust": "confianza en la policía",
    "violence_interruption": "Cure Violence, street workers",
    "cities/city_table": "most violent cities, ranking, league table",
    "claims/every_claim": "fact check, is it true, verdicts",
    "programmes/did_alto_al_fuego_do_it": "Plateros, Mexico City, focused deterrence, ceasefire",
    "programmes/did_ecuadors_armed_conflict_end_the_rise": "Noboa, decree 111, conflicto armado interno",
    "programmes/did_morelias_police_do_it": "Morelia, Michoacán, police reform, policía municipal",
    "programmes/did_my_programme_work": "own programme, impact evaluation, evaluación de impacto",
    "programmes/did_pacification_bring_peace": "UPP, Rio de Janeiro, favelas, pacificação, milícias",
    "programmes/did_prevention_keep_costa_rica_peaceful": "Chinchilla, prevención, levels and logs",
    "programmes/did_sao_paulos_policies_work": "Infocrim, PCC, synthetic control",
    "programmes/did_the_state_of_exception_do_it": (
        "Bukele, El Salvador, CECOT, estado de excepción, régimen de excepción, mano dura, truce, tregua, maras"
    ),
    "programmes/does_community_policing_build_trust": "confianza en la policía, policía comunitaria, cuadrantes",
    "programmes/what_would_chance_have_shown": "regression to the mean, placebo, false positives",
    "paradox/overview": "poverty, inequality, growth, unemployment, causes",
    "paradox/what_predicts_homicide": "forecast, machine learning",
}
# Capitals and other cities that people look for, by their countries, with what else they are called. Those of which no
# table has figures lead to their country, and say so.
CITIES: Mapping[str, Mapping[str, str]] = {
    "ARG": {"Buenos Aires": "CABA", "Rosario": "", "Córdoba": ""},
    "ATG": {"St. John’s": "St Johns"},
    "BHS": {"Nassau": ""},
    "BLZ": {"Belmopan": "", "Belize City": "Ciudad de Belice"},
    "BOL": {"La Paz": "", "Santa Cruz de la Sierra": "", "Sucre": ""},
    "BRA": {"Brasília": ""},
    "BRB": {"Bridgetown": ""},
    "CHL": {"Santiago": "Santiago de Chile", "Valparaíso": ""},
    "COL": {"Bogotá, D.C.": ""},
    "CRI": {"San José": "", "Limón": ""},
    "CUB": {"Havana": "La Habana"},
    "DMA": {"Roseau": ""},
    "DOM": {"Santo Domingo": ""},
    "GRD": {"St. George’s": "St Georges"},
    "GTM": {"Guatemala City": "Ciudad de Guatemala"},
    "GUY": {"Georgetown": ""},
    "HND": {"Tegucigalpa": "", "San Pedro Sula": ""},
    "HTI": {"Port-au-Prince": "Puerto Príncipe"},
    "JAM": {"Kingston": "", "Montego Bay": ""},
    "KNA": {"Basseterre": ""},
    "LCA": {"Castries": ""},
    "NIC": {"Managua": ""},
    "PAN": {"Panama City": "Ciudad de Panamá", "Colón": ""},
    "PER": {"Lima": "", "Callao": ""},
    "PRY": {"Asunción": "", "Ciudad del Este": ""},
    "SLV": {"San Salvador": ""},
    "SUR": {"Paramaribo": ""},
    "TTO": {"Port of Spain": ""},
    "URY": {"Montevideo": ""},
    "VCT": {"Kingstown": ""},
    "VEN": {"Caracas": "", "Maracaibo": ""},
}
# Words of the debate of which no table has figures: where the book says so; what the word is elsewhere.
WITHOUT_FIGURES: Mapping[str, tuple[str, str]] = {
    "Extortion": ("glossary.html#term-extortion", "extorsión, extorsão, racketeering, renta, vacuna, cobro de piso"),
}
# Letters of a title that a list has room for.
LONGEST = 80
NONE: Mapping[str, str] = {}


def search_index(places: Iterable[Place], pages: Mapping[str, str], subjects: Mapping[str, str] = NONE) -> str:
    """A script that hands its entries to the field; as a script it is read without a server too.

    Parameters
    ----------
    places : iterable of Place
    pages : mapping
        Address, without its ending → title of the book's other pages.
    subjects : mapping, optional
        Code → label of interventions and outcomes, whose studies the gap map lists.

    Returns
    -------
    str
        Entries of name, what and where it is, address, and words that stand for it: countries, states, cities, cities
        without figures of their own, pages, words without figures, studies.
    """
    found = list(places)
    names = {place.key: place.name for place in found}
    entries = [entry(place, names) for kind in ("country", "state", "city") for place in found if place.kind == kind]
    entries += _cities_without_figures(found)
    entries += [[title[:LONGEST], "page", f"{address}.html", ALSO.get(address, "")] for address, title in pages.items()]
    entries += [
        [word, "no figures; where it is discussed", address, also] for word, (address, also) in WITHOUT_FIGURES.items()
    ]
    entries += [
        [label, "studies", f"evidence/gap_map.html?{urlencode({'q': f'"{label}"'})}", ALSO.get(code, "")]
        for code, label in subjects.items()
    ]
    return f"window.placesToFind = {inert_json(entries)};\n"


def _cities_without_figures(places: Iterable[Place]) -> list[list[str]]:
    """Cities of `CITIES` that are none of the places, with their country's address."""
    found = list(places)
    # A country may have a city of the name of another's capital.
    there = {(place.iso3, place.name) for place in found if place.kind == "city"}
    return [
        [city, f"no figures of its own; those of {country.name}", f"places/{country.address}.html", also]
        for country in found
        if country.kind == "country"
        for city, also in CITIES.get(country.iso3, {}).items()
        if (country.iso3, city) not in there
    ]


def entry(place: Place, names: Mapping[str, str]) -> list[str]:
    """A place of the index: name, what and where it is, address from the site's root, words that stand for it.

    Parameters
    ----------
    place : Place
    names : mapping
        Key → name of the places that others lie in.
    """
    above = [names.get(place.parent, ""), place.country] if place.kind == "city" else [place.country]
    where = ", ".join(dict.fromkeys(it for it in above if it and it != place.name))
    kind = place.noun[0]
    return [place.name, f"{kind}, {where}" if where else kind, f"places/{place.address}.html", ALSO.get(place.key, "")]
