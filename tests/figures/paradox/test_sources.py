"""Source lines name the release that was chosen and every publisher."""

from citizen_security.figures.paradox import sources


def test_the_release_is_in_every_source_line():
    lines = [
        source("2024")
        for source in (
            sources.of_homicide,
            sources.of_drivers,
            sources.of_poverty_and_inequality,
            sources.of_further_drivers,
        )
    ]
    assert all(line.startswith("UNODC (2024 release)") for line in lines)


def test_further_drivers_name_their_publishers_too():
    line = sources.of_further_drivers("2025")
    assert line.startswith(sources.of_poverty_and_inequality("2025"))
    assert line.endswith("UNDP; WGI 2023; UNODC; Latinobarómetro")
