"""What the notebook `programmes/your_own_programme` records."""

from citizen_security.programmes.your_own_programme import sentences as said
from citizen_security.programmes.your_own_programme.battery import Battery
from citizen_security.programmes.your_own_programme.parameters import YourOwnProgramme
from citizen_security.programmes.your_own_programme.source import Source
from citizen_security.values import Value


def values(source: Source, battery: Battery, parameters: YourOwnProgramme) -> list[Value]:
    """Sentences on the table, the designs and what they come to.

    Parameters
    ----------
    source : Source
    battery : Battery
    parameters : YourOwnProgramme

    Returns
    -------
    list of Value
        The checksum only of a brought table.
    """
    texts = {
        "table_sentence": (said.table_sentence(source, battery), "The table of this run"),
        "answer_sentence": (said.answer_sentence(battery, parameters), "The answer"),
        "peak_sentence": (said.peak_sentence(battery), "Whether units were treated at a peak of their own"),
        "verdict": (said.verdict(battery), "What the designs come to together"),
        "leads_sentence": (said.leads_sentence(battery, parameters), "What is found before anything was done"),
        "uncounted_sentence": (said.uncounted_sentence(battery), "What records would have to miss"),
        "floor_sentence": (said.floor_sentence(battery, parameters), "How small a p-value could be"),
        "reasons_sentence": (said.reasons_sentence(battery), "Designs that cannot be computed"),
    }
    found = [Value(name=name, value=text, label=label) for name, (text, label) in texts.items()]
    # What was computed from is known by its contents, not by its name.
    if source.checksum:
        found.append(Value(name="table_sha256", value=source.checksum, label="sha256 of the brought file"))
    return found
