import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from detector.review.desk import (
    ReviewError,
    all_annotators,
    annotators,
    answer,
    answer_many,
    describe,
    history,
    item,
    items,
    next_items,
    progress,
    undo,
)
from tests.review.conftest import filled


def first_id(name: str, who: str = "Ann") -> int:
    return next_items(name, who, 1)[0].id


def said(name: str) -> list[tuple[str, str, int]]:
    return [(row["annotator"], row["said"], row["round"]) for row in reversed(history(name))]


def test_an_answer_is_kept_with_who_when_and_how_long():
    name = filled()
    found = answer(first_id(name), " Ann  Lee ", "ai", ms=830, note="  six fingers ", tags=["hands", "hands", " "])
    assert (found.first, found.final, found.note, found.tags, found.answered) == ("ai", "ai", "six fingers", ("hands",), 1)
    (row,) = history(name)
    assert (row["annotator"], row["ms"], row["undone"]) == ("Ann Lee", 830, False)
    assert annotators(name) == [("Ann Lee", 1)] and all_annotators() == ["Ann Lee"]


def test_a_message_that_is_sent_twice_is_kept_once():
    name = filled()
    number = first_id(name)
    for _ in range(3):
        answer(number, "Ann", "ai", token="key press 1")
    answer(number, "Ann", "ai", token="key press 1, from a tab that was restored")
    assert said(name) == [("Ann", "ai", 1)]


def test_a_revision_is_a_new_row_and_the_latest_counts():
    name = filled()
    number = first_id(name)
    answer(number, "Ann", "ai")
    answer(number, "Ann", "real")
    assert said(name) == [("Ann", "ai", 1), ("Ann", "real", 1)] and item(number, "Ann").final == "real"
    assert progress(name, "Ann").mine == 1


def test_two_people_who_answer_the_same_image_at_once_are_both_kept():
    name = filled(count=10)
    numbers = [found.id for found in items(name)[0]]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda turn: answer(numbers[turn % 10], f"person {turn // 10}", "ai"), range(40)))
    assert all(found.answered == 4 for found in items(name)[0]) and len(said(name)) == 40


def test_undo_takes_back_step_by_step_and_only_ones_own():
    name = filled(answers=2)
    one, two = (found.id for found in next_items(name, "Ann", 2))
    answer(one, "Ann", "ai")
    answer(one, "Bo", "ai")
    answer(one, "Ann", "real")
    answer(two, "Ann", "skip")
    assert undo(name, "Ann").id == two and undo(name, "Ann").final == "ai"
    back = undo(name, "Ann")
    assert (back.id, back.first, back.answered) == (one, "", 1) and undo(name, "Ann") is None
    assert next_items(name, "Ann", 1)[0].id == one
    assert [row["undone"] for row in history(name)] == [True, True, False, True]  # nothing was overwritten


def test_a_skip_does_not_count_and_the_image_goes_to_somebody_else():
    name = filled(count=1)
    answer(first_id(name), "Ann", "skip")
    assert next_items(name, "Ann") == [] and progress(name, "Ann").skipped == 1 and progress(name).done == 0
    answer(first_id(name, "Bo"), "Bo", "unsure")
    assert progress(name).done == 1


def test_of_a_blind_queue_the_verdict_is_seen_after_the_first_answer_and_a_reload_asks_again():
    name = filled(blind=True)
    number = first_id(name)
    assert answer(number, "Ann", "real").blind_open
    (again, *others) = next_items(name, "Ann", 3)
    assert (again.id, again.first, again.blind_open) == (number, "real", True) and len(others) == 2
    found = answer(number, "Ann", "ai", round=2)
    assert (found.first, found.final, found.blind_open) == ("real", "ai", False)
    assert number not in [other.id for other in next_items(name, "Ann", 3)]
    assert undo(name, "Ann").blind_open  # the second answer alone


def test_a_first_answer_from_a_tab_left_open_does_not_undo_the_second():
    name = filled(blind=True)
    number = first_id(name)
    answer(number, "Ann", "real")
    answer(number, "Ann", "ai", round=2)
    assert answer(number, "Ann", "unsure").first == "real" and len(said(name)) == 3


def test_many_images_at_once_are_first_answers_or_revisions():
    name = filled(blind=True, count=4)
    numbers = [found.id for found in items(name)[0]]
    answer(numbers[0], "Ann", "real")
    assert answer_many([*numbers, numbers[1]], "Ann", "ai") == 4
    found = [item(number, "Ann") for number in numbers]
    assert [each.first for each in found] == ["real", "ai", "ai", "ai"] and {each.final for each in found} == {"ai"}
    assert answer_many(numbers[1:], "Ann", "ai") == 3 and answer_many(numbers, "Ann", "ai") == 0  # now the second round


def test_a_note_can_come_later_and_the_earlier_one_stays_on_record():
    name = filled()
    number = first_id(name)
    describe(number, "Ann", note="<b>odd</b> ears", tags=["ears"])
    assert describe(number, "Ann", tags=[]).note == "<b>odd</b> ears"
    assert item(number, "Ann").tags == () and item(number, "Bo").note == ""


@pytest.mark.parametrize(
    "words", [{"annotator": " "}, {"annotator": "x" * 61}, {"said": "maybe"}, {"round": 3}, {"note": "x" * 2001}, {"item": 999}]
)
def test_what_is_no_answer_is_refused_and_nothing_is_kept(words):
    name = filled()
    asked = {"item": first_id(name), "annotator": "Ann", "said": "ai"} | words
    with pytest.raises(ReviewError):
        answer(asked.pop("item"), asked.pop("annotator"), asked.pop("said"), **asked)
    assert said(name) == []


def test_what_was_answered_survives_a_killed_process(home: Path):
    name = filled(count=60)
    code = f"""
from detector.review.desk import answer, next_items
while True:
    for item in next_items({name!r}, "Ann", 5):
        answer(item.id, "Ann", "ai")
        print(item.id, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=os.environ.copy()) as worker:
        told = [int(worker.stdout.readline()) for _ in range(10)]
        worker.send_signal(signal.SIGKILL)
        told += [int(line) for line in worker.stdout.read().split("\n")[:-1]]
    kept = {row["item"] for row in history(name)}
    assert set(told) <= kept and len(kept) <= len(told) + 1  # at most the one that it had no time to tell
    assert progress(name, "Ann").mine == len(kept)
