"""A show from the first slide to the score, in a browser: steps, a phone, a reload, and a server that is gone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from detector.labels import AI, REAL
from detector.models.digests import weights_hash
from detector.stage.deck import Deck, create_deck, read_deck
from detector.stage.pictures import add_picture
from detector.stage.ready import Answer, write_answer
from tests.browser.server import running_app
from tests.workspaces import fill, scene


@pytest.fixture
def deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deck:
    """Two pictures, both made ready as a detector would leave them, in a workspace of their own."""
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path))
    fill(tmp_path)
    name = create_deck("Open day").name
    add_picture(name, scene(1, (300, 200), "JPEG"), "real.jpg", REAL)
    add_picture(name, scene(2, (200, 300), "JPEG"), "made.jpg", AI)
    deck = read_deck(name)
    digest = weights_hash(tmp_path / "weights" / "stripes")
    for picture in deck.pictures:
        answer = Answer(picture.sha256, "stripes", "ai", 0.8, 0.5, "Looks AI-generated to this detector", "", "", "Better", "c")
        write_answer(deck, picture, digest, answer, scene(3, (300, 200), "JPEG"))
    return deck


@pytest.fixture
def own_app(deck: Deck, tmp_path: Path) -> Iterator[str]:
    with running_app(tmp_path) as address:
        yield address


def at(page: Page, step: str) -> None:
    expect(page.locator(".stage")).to_have_attribute("data-step", step)


def press(page: Page, *keys: str) -> None:
    """As a person does, who is slower than a clicker that bounces."""
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(200)


def test_a_show_with_hands_and_a_phone_survives_a_reload_and_ends_in_a_score(
    page: Page, browser: Browser, deck: Deck, own_app: str
) -> None:
    page.goto(f"{own_app}/present?deck={deck.name}")
    page.locator(".st-key-by-phone label").first.click()
    page.get_by_label("Address of this computer", exact=True).fill("localhost")
    page.get_by_label("Address of this computer", exact=True).press("Enter")
    expect(page.get_by_text("Phones cannot reach this address")).to_be_visible()
    page.locator(".st-key-start button").first.click()
    at(page, "welcome")
    expect(page.locator(".welcome .url")).to_contain_text("localhost:")
    phone = browser.new_context(viewport={"width": 390, "height": 700}).new_page()
    phone.goto("http://" + page.locator(".welcome .url").inner_text())
    expect(phone.locator("#said")).to_contain_text("voting opens in a moment")

    press(page, "PageDown", "PageDown")
    at(page, "guess")
    phone.get_by_role("button", name="AI-generated").click()
    expect(phone.locator("#said")).to_contain_text("Your vote counts")
    expect(page.locator(".votes b")).to_have_text("1")
    press(page, "r", "1", "2", "PageDown")
    at(page, "verdict")
    expect(page.locator(".at-verdict .audience")).to_have_text("You said real: 12 of 13.")
    expect(page.locator(".truth")).to_have_text("It is real.")
    expect(phone.get_by_role("button", name="AI-generated")).to_be_disabled()
    press(page, "ArrowRight")
    expect(page.locator(".over")).to_have_css("opacity", "1")

    page.wait_for_timeout(1000)
    page.reload()
    at(page, "map")
    press(page, "ArrowLeft", "ArrowLeft")
    at(page, "guess")
    expect(page.locator(".hands input").first).to_have_value("12")
    expect(page.locator(".hands input").first).to_be_disabled()  # the answer was out
    press(page, "End")
    expect(page.locator(".score .audience b")).to_have_text("1 of 1")
    expect(page.locator(".score .detector b")).to_have_text("0 of 1")
    press(page, "Escape")
    expect(page.locator(".stage")).to_have_count(0)
    expect(page.get_by_text("Ready: 2 pictures")).to_be_visible()
    phone.context.close()


def test_the_stage_goes_on_without_its_server(page: Page, deck: Deck, tmp_path: Path) -> None:
    with running_app(tmp_path) as address:
        page.goto(f"{address}/present?deck={deck.name}")
        page.locator(".st-key-start button").first.click()
        expect(page.locator(".welcome .ready")).to_have_text("Detector: stripes")  # every picture is in the browser now
    press(page, "ArrowRight")
    at(page, "look")
    press(page, "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight")
    at(page, "look")
    expect(page.locator(".where")).to_have_text("Picture 2 of 2")
    assert page.locator(".base").evaluate("image => image.complete && image.naturalWidth") == 200
