"""What lines and countries are called in sentences and figures."""

FORMS = {
    "counts": "counts, straight in percent",
    "logarithms": "logarithms, errors persist",
    "levels": "homicides a day, errors persist",
}

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

COUNTRIES = {"SLV": "El Salvador", "HND": "Honduras", "ECU": "Ecuador"}
