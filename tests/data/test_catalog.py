import re

import pytest

from detector.data.catalog import CATALOGUE, facts, find_public
from detector.data.names import labels_of
from detector.errors import DataError
from detector.home import checked_name


def test_the_sets_that_everyone_uses_are_there():
    assert {"cifake", "faces-140k", "web-975", "ai-artbench", "tiny-genimage"} <= {known.name for known in CATALOGUE}


@pytest.mark.parametrize("known", CATALOGUE, ids=lambda known: known.name)
def test_each_says_where_it_is_what_is_wrong_with_it_and_how_to_get_it(known):
    assert checked_name(known.name) == known.name
    assert known.page.startswith("https://")
    assert known.wrong and all(wrong.endswith((".", "decide.")) for wrong in known.wrong)
    assert bool(known.hub) != bool(known.by_hand)
    assert known.licence and known.size and known.pixels
    assert "licence: " in facts(known) and "\n" not in facts(known)


@pytest.mark.parametrize("known", [known for known in CATALOGUE if known.hub], ids=lambda known: known.name)
def test_labels_mean_what_their_names_say(known):
    assert re.fullmatch(r"[\w.-]+/[\w.-]+", known.hub.repository)
    assert {name: labels_of([name]) for name in known.hub.labels} == {name: {label} for name, label in known.hub.labels.items()}
    assert sorted(known.hub.labels.values()) == [0, 1]


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(DataError, match="cifake"):
        find_public("imagenet")
