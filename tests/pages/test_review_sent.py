import json
import sqlite3
from pathlib import Path

import pytest

from detector.review.desk import NewImage, Queue, add_images, create_queue, history, item, items, queue
from detector.review.store import database
from pages.parts.review_desk import data_or_last, desk_data
from pages.parts.review_grid import grid_data
from pages.parts.review_sent import new_state, receive
from tests.pages.reviews import entry, first, made, sent
from tests.workspaces import picture


@pytest.fixture
def asked(empty_home: Path) -> Queue:
    """A queue of eight pictures, all scored as AI-generated."""
    return made("asked")


def test_an_answer_that_is_sent_twice_is_kept_once(asked: Queue) -> None:
    state, number = new_state("desk"), first("asked")
    for _ in range(2):
        receive(state, "asked", "Ana", sent(entry(number, note="hands", tags=["odd"])))
    receive(new_state("another tab"), "asked", "Ana", sent(entry(number, note="hands", tags=["odd"])))
    assert len(history("asked", "Ana")) == 1
    assert state["done"] == ["a"] and state["tags"] == ["odd"]
    assert item(number, "Ana").note == "hands"


def test_answers_and_undos_are_done_in_the_order_they_were_typed(asked: Queue) -> None:
    state, number = new_state("desk"), first("asked")
    receive(state, "asked", "Ana", sent(entry(number), {"id": "b", "kind": "undo"}, entry(number, "ai", "c")))
    assert item(number, "Ana").final == "ai"
    receive(state, "asked", "Ana", sent({"id": "d", "kind": "undo"}))
    assert item(number, "Ana").final == "" and state["back"] == str(number)
    assert desk_data(asked, "Ana", state)["back"] == str(number)


def test_one_answer_to_many_is_undone_as_one(asked: Queue) -> None:
    state, numbers = new_state("grid"), [each.id for each in items("asked")[0][:5]]
    receive(state, "asked", "Ana", sent({"id": "a", "kind": "many", "items": [str(n) for n in numbers], "value": "real"}))
    assert {item(number, "Ana").final for number in numbers} == {"real"}
    receive(state, "asked", "Ana", sent({"id": "b", "kind": "undo"}))
    assert {item(number, "Ana").final for number in numbers} == {""}


def test_an_answer_that_cannot_be_kept_is_told_and_kept_at_the_next_try(asked: Queue) -> None:
    state, numbers = new_state("desk"), [each.id for each in items("asked")[0][:2]]
    message = sent(entry(numbers[0]), entry(10**9, token="gone"), entry(numbers[1], token="after"))
    receive(state, "asked", "Ana", message)
    assert state["done"] == ["a"]
    assert state["problem"]["id"] == "gone" and state["problem"]["text"].endswith(".")
    assert item(numbers[1], "Ana").final == ""  # it waits behind the other
    receive(state, "asked", "Ana", sent(entry(numbers[1], token="after")))
    assert state["problem"] is None and item(numbers[1], "Ana").final == "real"


def test_while_the_database_is_locked_the_desk_stays_and_says_so(empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detector.review.store.BUSY_SECONDS", 0.05)
    asked, state = made("asked"), new_state("desk")
    before = data_or_last(asked, "Ana", state)
    number = int(before["items"][0]["id"])
    other = sqlite3.connect(database(), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    receive(state, "asked", "Ana", sent(entry(number)))
    during = data_or_last(asked, "Ana", state)
    assert during["problem"]["id"] == "a" and "locked" in during["problem"]["text"]
    assert during["items"] == before["items"] and during["done"] == []
    receive(state, "asked", "Ana", sent())
    assert "locked" in data_or_last(asked, "Ana", state)["trouble"]
    other.execute("ROLLBACK")
    other.close()
    receive(state, "asked", "Ana", sent(entry(number)))
    after = data_or_last(asked, "Ana", state)
    assert after["problem"] is None and after["trouble"] == "" and after["done"] == ["a"]
    assert str(number) not in [each["id"] for each in after["items"]]


def test_the_database_being_read_by_somebody_else_does_not_stop_an_answer(asked: Queue, empty_home: Path) -> None:
    reader = sqlite3.connect(empty_home / "reviews.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM items").fetchone()
    state = new_state("desk")
    receive(state, "asked", "Ana", sent(entry(first("asked"))))
    reader.close()
    assert state["problem"] is None and len(history("asked")) == 1


def test_the_browser_gets_each_picture_once(asked: Queue) -> None:
    state = new_state("desk")
    data = desk_data(asked, "Ana", state)
    assert len(data["items"]) == len(data["pictures"]) == 6
    receive(state, "asked", "Ana", sent() | {"have": list(data["pictures"])})
    assert desk_data(asked, "Ana", state)["pictures"] == {}


def test_a_picture_of_a_large_file_comes_smaller_and_whole_when_it_is_asked_for(empty_home: Path) -> None:
    create_queue("large")
    add_images("large", [NewImage("large.png", data=picture(0, (1600, 40)))])
    state, chosen = new_state("desk"), queue("large")
    (shown,) = desk_data(chosen, "Ana", state)["items"]
    assert shown["reduced"] and (shown["width"], shown["height"]) == (1600, 40)
    state["want"] = {"original": shown["id"]}
    assert desk_data(chosen, "Ana", state)["originals"][shown["id"]]["url"].startswith("data:image/png")


def test_before_a_blind_answer_neither_verdict_nor_name_nor_class_reaches_the_browser(empty_home: Path) -> None:
    chosen, state = made("blind", blind=True), new_state("desk")
    before = json.dumps({key: value for key, value in desk_data(chosen, "Ana", state).items() if key != "pictures"})
    assert "stripes" not in before and "0.9" not in before and ".png" not in before and "label" not in before
    grid = json.dumps(grid_data(chosen, "Ana", state, items("blind", "Ana")[0])["tiles"])
    assert "0.90" not in grid and ".png" not in grid
    number = int(desk_data(chosen, "Ana", state)["items"][0]["id"])
    receive(state, "blind", "Ana", sent(entry(number)))
    after = desk_data(chosen, "Ana", state)
    assert after["items"][0]["first"] == "real"
    assert "score 0.90" in after["reveals"][str(number)][0]["words"]
    receive(state, "blind", "Ana", sent(entry(number, "ai", "again", round=2)))
    assert str(number) not in [each["id"] for each in desk_data(chosen, "Ana", state)["items"]]
    assert (item(number, "Ana").first, item(number, "Ana").final) == ("real", "ai")


def test_a_file_that_has_gone_is_told_in_its_place_and_can_be_skipped(empty_home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(picture(1))
    create_queue("files")
    add_images("files", [NewImage("a.png", str(tmp_path / "a.png"))])
    (tmp_path / "a.png").unlink()
    state = new_state("desk")
    data = desk_data(queue("files"), "Ana", state)
    (shown,) = data["pictures"].values()
    assert "Skip it" in shown["error"]
    receive(state, "files", "Ana", sent(entry(int(data["items"][0]["id"]), "skip")))
    assert desk_data(queue("files"), "Ana", state)["items"] == []
