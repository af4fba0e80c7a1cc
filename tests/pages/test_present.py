from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from detector.files import write_json
from detector.home import REPOSITORY
from detector.labels import AI, REAL
from detector.models.digests import weights_hash
from detector.stage.deck import Deck, create_deck, list_decks, read_deck
from detector.stage.pictures import add_picture
from detector.stage.ready import Answer, answers, write_answer
from detector.stage.rounds import list_rounds, read_round, tell
from detector.training.config import TrainConfig
from detector.training.runs import create_run
from detector.training.time_machine_store import Moment, Watched, append_moment, folder_of, levels
from tests.workspaces import scene

PAGE = str(REPOSITORY / "pages" / "present.py")


@pytest.fixture
def deck(home: Path) -> Deck:
    """Three pictures, one with markup for a name and a truth that nobody knows."""
    name = create_deck("Open *day*").name
    add_picture(name, scene(1, (40, 30), "JPEG"), "real.jpg", REAL)
    add_picture(name, scene(2, (30, 40), "JPEG"), "made.jpg", AI)
    add_picture(name, scene(3, (30, 30), "PNG"), "<b>_odd_</b>.png")
    return read_deck(name)


def opened(**query: str) -> AppTest:
    test = AppTest.from_file(PAGE, default_timeout=120)
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


def said(test: AppTest) -> str:
    assert not test.exception
    kinds = ("markdown", "caption", "warning", "success", "error", "info")
    return " ".join(each.value for kind in kinds for each in test.get(kind))


def make_ready(deck: Deck, home: Path) -> str:
    """Answers as the detector "stripes" would leave them, without asking it."""
    digest = weights_hash(home / "weights" / "stripes")
    for picture in deck.pictures:
        answer = Answer(
            picture.sha256, "stripes", "ai", 0.8, 0.5, "Looks AI-generated", "Of its own images …", "m", "Better", "c"
        )
        write_answer(deck, picture, digest, answer, deck.shown(picture).read_bytes())
    return digest


def test_a_link_opens_its_deck_whatever_the_titles_are(deck: Deck, home: Path) -> None:
    create_deck("A newer one")
    assert opened(deck=deck.name).selectbox(key="deck-chosen").value == deck.name


def test_the_first_deck_is_made_on_the_empty_page(home: Path) -> None:
    test = opened()
    assert "No deck yet" in said(test)
    test.text_input(key="new-deck-title").set_value("Open *day*")
    test.button[0].click().run()
    assert [deck.title for deck in list_decks()] == ["Open *day*"] and not test.exception


def test_a_deck_says_what_is_missing_and_gets_ready(deck: Deck, home: Path) -> None:
    test = opened(deck=deck.name)
    assert "0 of 3 ready" in said(test) and test.button(key="start").disabled
    test.button(key="get-ready").click().run()
    assert "Ready: 3 pictures" in said(test) and "1 of unknown truth is shown, but not scored" in said(test)
    assert len(answers(deck, weights_hash(home / "weights" / "stripes"))) == 3
    assert not test.button(key="start").disabled


def test_start_opens_the_stage_whose_steps_are_kept_and_that_a_reload_finds_again(deck: Deck, home: Path) -> None:
    make_ready(deck, home)
    test = opened(deck=deck.name)
    test.button(key="start").click().run()
    (shown,) = list_rounds(deck.name)
    assert not test.exception and test.query_params["stage"] == shown.id and shown.pictures == tuple(p.key for p in deck.pictures)
    tell(deck.name, shown.id, {"place": f"{shown.pictures[1]}:guess"})
    again = opened(deck=deck.name, stage=shown.id)
    assert not again.exception and not again.error and len(again.get("bidi_component")) == 1


def test_a_stage_that_is_gone_says_so_and_leads_back(deck: Deck, home: Path) -> None:
    test = opened(deck=deck.name, stage="20200101-000000")
    assert len(test.error) == 1
    test.button[0].click().run()
    assert not test.exception and "stage" not in test.query_params and test.selectbox(key="deck-chosen").value == deck.name


def test_pictures_are_moved_told_apart_and_taken_out_with_undo(deck: Deck, home: Path) -> None:
    first, second, third = (picture.key for picture in deck.pictures)
    test = opened(deck=deck.name)
    test.button(key=f"up-{third}").click().run()
    assert [picture.key for picture in read_deck(deck.name).pictures] == [first, third, second]
    test.button(key=f"out-{first}").click().run()
    assert [picture.key for picture in read_deck(deck.name).pictures] == [third, second]
    test.button(key="deck-undo-now").click().run()
    assert [picture.key for picture in read_deck(deck.name).pictures] == [first, third, second] and not test.exception
    test.segmented_control(key=f"truth-{third}").set_value(AI).run()
    assert read_deck(deck.name).pictures[1].label == AI


def test_a_name_with_markup_is_shown_as_text(deck: Deck, home: Path) -> None:
    assert r"\<b\>\_odd\_\</b\>\.png" in said(opened(deck=deck.name))


def test_samples_and_pictures_of_a_data_set_are_added(deck: Deck, home: Path) -> None:
    test = opened(deck=deck.name)
    test.segmented_control(key="add-from").set_value("Samples").run()
    test.checkbox(key="sample-lab-real").check().run()
    test.button(key="add-samples").click().run()
    added = read_deck(deck.name).pictures[-1]
    assert (added.name, added.label) == ("Lab picture without a mark", REAL) and "Added 1" in test.toast[0].value
    test.segmented_control(key="add-from").set_value("Data set").run()
    test.selectbox(key="add-set").set_value(str(home / "data" / "blots")).run()
    next(box for box in test.checkbox if box.key.startswith("set-")).check().run()
    test.button(key="add-from-set").click().run()
    assert not test.exception and len(read_deck(deck.name).pictures) == 5
    assert read_deck(deck.name).pictures[-1].source.startswith("blots")


def test_uploads_that_are_no_pictures_cost_one_line(deck: Deck, home: Path) -> None:
    test = opened(deck=deck.name)
    files = [("new.png", scene(9, (20, 20), "PNG"), "image/png"), ("broken.png", b"none", "image/png")]
    test.file_uploader[0].set_value(files)
    test.run()
    test.button(key="add-uploads").click().run()
    assert not test.exception and len(read_deck(deck.name).pictures) == 4
    assert "Added 1 picture" in test.toast[0].value and "cannot be shown" in test.toast[0].value


def asked(question: str) -> AppTest:
    """A dialog alone."""
    return AppTest.from_string(f"from pages.parts.stage_deck import *\n{question}", default_timeout=120).run()


def test_a_deck_is_renamed_and_deleted_after_a_question(deck: Deck, home: Path) -> None:
    test = asked(f"ask_rename({deck.name!r}, {deck.title!r})")
    test.text_input[0].set_value("Another day").run()
    test.button(key="rename-now").click().run()
    assert read_deck(deck.name).title == "Another day"
    asked(f"ask_delete({deck.name!r}, 'Another day')").button(key="delete-now").click().run()
    assert not list_decks()


def test_a_damaged_deck_is_told_of_beside_the_others(deck: Deck, home: Path) -> None:
    broken = create_deck("Broken")
    (broken.folder / "deck.json").write_text("{half")
    assert "The deck broken cannot be read" in said(opened(deck=deck.name))


def test_rounds_are_listed_with_what_came_out(deck: Deck, home: Path) -> None:
    make_ready(deck, home)
    test = opened(deck=deck.name)
    test.button(key="start").click().run()
    (shown,) = list_rounds(deck.name)
    tell(deck.name, shown.id, {"revealed": list(shown.pictures), "hands": {key: [9, 1] for key in shown.pictures}})
    text = said(opened(deck=deck.name))
    assert "3 of 3 shown" in text and "Audience 1 of 2" in text and "detector 1 of 2" in text
    assert read_round(deck.name, shown.id).hands


def replayable(home: Path, name: str = "watched") -> None:
    run = create_run(TrainConfig(model="lenet5", epochs=3), name)
    folder_of(run.folder).mkdir()
    watched = Watched("0" * 64, "<i>one</i>.png", AI, "pin", "train", (0.0, 0.0, 1.0, 1.0))
    write_json(folder_of(run.folder) / "about.json", {"pictures": [asdict(watched)]})
    (folder_of(run.folder) / "0.jpg").write_bytes(scene(4, (40, 40), "JPEG"))
    for epoch in (1, 2, 3):
        append_moment(run.folder, Moment(epoch, (epoch / 4,), (levels(np.eye(4, dtype=np.float32) * epoch),)))


def test_a_run_is_replayed_and_the_page_says_what_is_seen(home: Path) -> None:
    assert "No run has kept its epochs yet" in said(opened(view="Time machine"))
    replayable(home)
    test = opened(view="Time machine")
    assert len(test.get("bidi_component")) == 1
    assert "Your pinned images" in said(test) and "1 of them was among the training images" in said(test)


def test_a_run_without_epochs_says_why(home: Path) -> None:
    create_run(TrainConfig(model="svm"), "flat")
    create_run(TrainConfig(model="lenet5", time_machine=False), "off")
    for name, words in (("flat", "fitted in one go"), ("off", "switched off"), ("lenet-on-stripes", "kept no epochs")):
        script = "from detector.training.runs import find_run\nfrom pages.parts.stage_replay import *\n"
        assert words in said(AppTest.from_string(f"{script}show_replay(find_run({name!r}))", default_timeout=120).run())
