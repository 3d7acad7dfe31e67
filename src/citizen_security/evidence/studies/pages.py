"""Interventions that have a page of their own in the book."""

PAGES = (
    "focused_deterrence",
    "hot_spots_policing",
    "cognitive_behavioural_therapy",
    "firearm_restriction",
    "alcohol_restriction",
    "cash_transfers",
    "urban_upgrading",
)
