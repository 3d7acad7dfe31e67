"""Keys that are counted are in the order of their numbers, and the next one is named."""

import pytest

from citizen_security.tables.numbered import by_number, next_key, numbered_fields


def test_keys_are_in_the_order_of_their_numbers():
    assert sorted(["E1000", "E101", "E999", "C9", "E"], key=by_number) == ["C9", "E", "E101", "E999", "E1000"]


@pytest.mark.parametrize(
    ("keys", "position", "key"),
    [
        (["E169", "E1000"], 1, "E170"),
        (["E999", "E1001"], 1, "E1000"),
        (["E009", "E011"], 1, "E010"),
        (["E002", "E003"], 0, "E001"),
        (["C0004"], 0, "C0001"),
        (["E001", ""], 1, "E002"),
        (["E001", "", "E002"], 2, "1"),
    ],
)
def test_the_next_key_follows_the_one_before(keys, position, key):
    assert next_key(keys, position) == key


def test_only_fields_that_a_rule_counts_are_numbered():
    rules = [{"rule": "numbered", "field": "effect_id"}, {"rule": "descending", "field": "rate"}]
    assert numbered_fields({"rules": rules}) == {"effect_id"}
    assert numbered_fields({}) == set()
