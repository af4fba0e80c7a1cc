from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from detector.errors import UserError
from detector.labels import AI, REAL
from detector.stage.deck import Deck, create_deck, damaged_decks, delete_deck, list_decks, read_deck, rename_deck
from detector.stage.pictures import add_picture, mix, move_picture, put_back, remove_picture, reorder, set_label
from tests.stage.conftest import jpeg


def names(deck: Deck) -> list[str]:
    return [picture.name for picture in read_deck(deck.name).pictures]


def test_a_deck_keeps_its_pictures_in_order_with_their_bytes_and_truth(deck: Deck) -> None:
    again = read_deck(deck.name)
    assert names(deck) == ["bright.jpg", "dark.jpg", "unknown.jpg"]
    assert [picture.label for picture in again.pictures] == [AI, REAL, None]
    assert again.file(again.pictures[0]).read_bytes() == jpeg(210)
    assert again.shown(again.pictures[0]).is_file()


def test_two_decks_of_one_title_lie_apart_and_a_title_may_hold_anything(workspace: Path) -> None:
    first, second, odd = create_deck("Open day"), create_deck("Open day"), create_deck("<b>*Тест*</b> / ..")
    assert first.name != second.name
    assert {deck.title for deck in list_decks()} == {"Open day", "<b>*Тест*</b> / .."}
    assert odd.folder.parent == first.folder.parent


def test_a_renamed_deck_keeps_its_folder_so_that_links_go_on_working(deck: Deck) -> None:
    rename_deck(deck.name, "  Day of \n science ")
    assert read_deck(deck.name).title == "Day of science"
    with pytest.raises(UserError, match="title"):
        rename_deck(deck.name, "   ")


def test_a_picture_taken_away_can_be_put_back_where_it_was(deck: Deck) -> None:
    picture, place, data = remove_picture(deck.name, deck.pictures[1].sha256)
    assert names(deck) == ["bright.jpg", "unknown.jpg"] and not deck.file(picture).exists()
    put_back(deck.name, picture, place, data)
    assert read_deck(deck.name).pictures == deck.pictures and deck.file(picture).read_bytes() == data


def test_pictures_are_moved_mixed_and_brought_back_into_order(deck: Deck) -> None:
    move_picture(deck.name, deck.pictures[2].sha256, 0)
    assert names(deck) == ["unknown.jpg", "bright.jpg", "dark.jpg"]
    move_picture(deck.name, deck.pictures[2].sha256, 99)
    assert names(deck)[-1] == "unknown.jpg"
    mix(deck.name, seed=1)
    assert sorted(names(deck)) == ["bright.jpg", "dark.jpg", "unknown.jpg"]
    reorder(deck.name, [picture.sha256 for picture in deck.pictures])
    assert read_deck(deck.name).pictures == deck.pictures


def test_the_truth_of_a_picture_can_be_told_later(deck: Deck) -> None:
    set_label(deck.name, deck.pictures[2].sha256, REAL)
    assert [picture.label for picture in read_deck(deck.name).pictures] == [AI, REAL, REAL]


def test_copies_and_files_that_are_no_pictures_are_refused_in_one_line(deck: Deck) -> None:
    with pytest.raises(UserError, match="already"):
        add_picture(deck.name, jpeg(210), "again.jpg")
    with pytest.raises(UserError, match=r"notes\.txt cannot be shown"):
        add_picture(deck.name, b"not a picture", "notes.txt")
    assert len(names(deck)) == 3


def test_edits_from_many_tabs_at_once_are_all_kept(deck: Deck) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda level: add_picture(deck.name, jpeg(level), f"{level}.jpg"), range(100, 116)))
    assert len(names(deck)) == 19


def test_a_damaged_deck_is_told_of_and_leaves_the_others_in_peace(deck: Deck) -> None:
    broken = create_deck("Broken")
    (broken.folder / "deck.json").write_text('{"title": "half"')
    assert [each.name for each in list_decks()] == [deck.name] and damaged_decks() == ["broken"]
    with pytest.raises(UserError):
        read_deck("broken")


def test_a_deleted_deck_is_gone_with_its_files(deck: Deck) -> None:
    delete_deck(deck.name)
    assert not list_decks() and not deck.folder.exists()
