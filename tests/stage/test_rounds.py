from pathlib import Path

import pytest

from detector.errors import UserError
from detector.stage.deck import Deck, create_deck
from detector.stage.ready import Answer
from detector.stage.rounds import begin, list_rounds, read_round, tell
from detector.stage.score import Score, score_of, share_words, together
from tests.stage.conftest import started


def test_a_round_is_where_it_was_after_a_reload(deck: Deck) -> None:
    first = deck.pictures[0].key
    shown = started(deck)
    tell(deck.name, shown.id, {"place": f"{first}:verdict", "revealed": [first], "hands": {first: [12, 30]}})
    again = read_round(deck.name, shown.id)
    assert again.place == f"{first}:verdict" and again.revealed == (first,) and again.hands == {first: (12, 30)}


def test_votes_are_open_only_while_a_picture_is_guessed_and_never_after_its_answer_was_out(deck: Deck) -> None:
    first, shown = deck.pictures[0].key, started(deck)
    assert shown.open_picture == ""
    assert tell(deck.name, shown.id, {"place": f"{first}:look"}).open_picture == ""
    assert tell(deck.name, shown.id, {"place": f"{first}:guess"}).open_picture == first
    assert tell(deck.name, shown.id, {"place": f"{first}:verdict", "revealed": [first]}).open_picture == ""
    assert tell(deck.name, shown.id, {"place": f"{first}:guess", "revealed": []}).open_picture == ""


def test_hands_counted_before_the_answer_stay_as_they_were(deck: Deck) -> None:
    first, second = deck.pictures[0].key, deck.pictures[1].key
    shown = started(deck)
    tell(deck.name, shown.id, {"hands": {first: [3, 4]}})
    tell(deck.name, shown.id, {"revealed": [first, second]})
    after = tell(deck.name, shown.id, {"hands": {first: [40, 0], second: [5, 6]}})
    assert after.hands == {first: (3, 4), second: (5, 6)}  # a count that came late is better than none


def test_whatever_else_the_stage_may_say_changes_nothing(deck: Deck) -> None:
    shown = started(deck)
    key = deck.pictures[0].key
    for told in (
        {"place": "../../etc"},
        {"place": f"{key}:nowhere"},
        {"place": 7},
        {"hands": {key: [-1, 2]}},
        {"hands": {key: [True, 2]}},
        {"hands": {"stranger": [1, 2]}},
        {"hands": {key: [1, 10**9]}},
        {"hands": 3},
        {"revealed": "all"},
        {"revealed": ["stranger"]},
    ):
        tell(deck.name, shown.id, told)
    assert read_round(deck.name, shown.id) == shown


def test_an_empty_deck_is_not_shown_and_two_rounds_of_one_second_lie_apart(deck: Deck, workspace: Path) -> None:
    with pytest.raises(UserError, match="get it ready"):
        begin(create_deck("Nothing"), "digest", [])
    assert started(deck).id != started(deck).id and len(list_rounds(deck.name)) == 2


def test_a_damaged_round_is_left_out(deck: Deck) -> None:
    shown = started(deck)
    (deck.folder / "rounds" / f"{shown.id}.json").write_text("{}")
    assert list_rounds(deck.name) == []
    with pytest.raises(UserError, match="begin a new one"):
        read_round(deck.name, shown.id)


def answer(sha256: str, verdict: str, seen: bool = False) -> Answer:
    return Answer(sha256, "bright", verdict, 0.5, 0.5, "", "", seen=seen)


def test_the_score_counts_revealed_pictures_of_known_truth_that_were_guessed(deck: Deck) -> None:
    keys = [picture.key for picture in deck.pictures]
    said = {picture.sha256: answer(picture.sha256, "ai") for picture in deck.pictures}
    shown = started(deck)
    guesses = {keys[0]: (2, 8), keys[1]: (6, 1), keys[2]: (5, 0)}  # the truth: AI-generated, real, unknown
    assert score_of(deck, shown, guesses, said) == Score()
    shown = tell(deck.name, shown.id, {"revealed": keys})
    found = score_of(deck, shown, guesses, said)
    assert (found.n, found.audience, found.detector, found.only_audience) == (2, 2, 1, 1)
    assert (found.right_guesses, found.guesses) == (14, 17)


def test_a_tie_and_an_inconclusive_verdict_are_not_right(deck: Deck) -> None:
    keys = [picture.key for picture in deck.pictures]
    shown = tell(deck.name, started(deck).id, {"revealed": keys})
    said = {picture.sha256: answer(picture.sha256, "inconclusive", seen=True) for picture in deck.pictures}
    found = score_of(deck, shown, {keys[0]: (4, 4)}, said)
    assert (found.n, found.audience, found.detector, found.undecided, found.inconclusive, found.seen) == (1, 0, 0, 1, 1, 1)
    assert found.verdict == "As good as each other on these pictures."


def test_a_lead_is_called_chance_until_an_exact_test_says_otherwise() -> None:
    from scipy.stats import binomtest

    for ahead, behind in ((1, 0), (4, 1), (6, 0), (9, 1), (20, 6)):
        score = Score(n=30, only_audience=ahead, only_detector=behind)
        assert score.p == pytest.approx(binomtest(behind, ahead + behind).pvalue)
    assert "too few" in Score(n=10, only_audience=4, only_detector=1).verdict
    assert "more than chance" in Score(n=10, only_audience=0, only_detector=6).verdict


def test_shares_come_with_their_interval_and_hands_and_phones_are_added_up() -> None:
    assert share_words(7, 10) == "7 of 10 · 40–89 %" and share_words(0, 0) == "0 of 0"
    assert together({"a": (1, 2)}, {"a": (3, 0), "b": (0, 1)}) == {"a": (4, 2), "b": (0, 1)}
