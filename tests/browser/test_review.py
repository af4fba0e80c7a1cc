"""Review by keyboard: answers survive a reload, one can be undone; many are answered at once; blind answers meet the verdict."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.workspaces import RUN, picture

COUNT = 8


@pytest.fixture
def review(page: Page, app: str) -> Page:
    page.goto(f"{app}/review?who=Ana")
    page.locator(".st-key-new-queue").get_by_text("New queue").wait_for()
    if not page.locator(".st-key-queue-from").is_visible():
        page.locator(".st-key-new-queue").get_by_text("New queue").click()
    return page


def image(page: Page) -> Locator:
    return page.locator(".stage img")


def test_answers_by_key_outlive_a_reload_are_undone_and_given_to_many_at_once(review: Page) -> None:
    files = [{"name": f"a <b>{n}</b>.png", "mimeType": "image/png", "buffer": picture(n)} for n in range(COUNT)]
    review.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(files)
    review.get_by_role("button", name="Make the queue").click()
    expect(image(review)).to_be_visible()
    expect(review.locator(".about")).to_contain_text("<b>")
    names = [review.locator(".name").inner_text()]
    for key in "rau":
        review.keyboard.press(key)
        names.append(review.locator(".name").inner_text())  # at once: the next one was in the browser
    assert len(set(names)) == 4
    expect(review.locator(".counts")).to_contain_text(f"3 of {COUNT} done")
    review.reload()
    expect(review.locator(".counts")).to_contain_text(f"3 of {COUNT} done")
    expect(review.locator(".name")).to_have_text(names[3])
    review.keyboard.press("z")
    expect(review.locator(".name")).to_have_text(names[2])
    expect(review.locator(".answers .chosen")).to_have_count(0)
    review.keyboard.press("n")
    review.keyboard.type("A real hand")
    review.keyboard.press("Enter")
    review.keyboard.press("+")
    expect(review.locator(".scale")).to_have_text("150 %")
    review.keyboard.press("r")
    expect(review.locator(".status")).to_have_text("All answers are saved.")

    review.get_by_test_id("stButtonGroup").get_by_text("Grid", exact=True).click()
    tiles = review.locator(".tile")
    expect(tiles).to_have_count(COUNT)
    expect(tiles.get_by_text("You: real")).to_have_count(2)
    tiles.nth(0).click()
    tiles.nth(COUNT - 1).click(modifiers=["Shift"])
    expect(review.locator(".grid-view .count")).to_have_text(f"{COUNT} selected")
    review.keyboard.press("a")
    expect(tiles.get_by_text("You: AI-generated", exact=True)).to_have_count(COUNT)
    review.keyboard.press("z")
    expect(tiles.get_by_text("You: real", exact=True)).to_have_count(2)


def test_a_blind_answer_comes_first_then_verdict_and_map_then_it_is_kept_or_changed(review: Page) -> None:
    review.locator(".st-key-queue-from").get_by_text("A run's predictions").click()
    review.locator(".st-key-queue-run").get_by_role("combobox").click()
    review.get_by_role("option", name=RUN).click()
    review.locator(".st-key-queue-blind label").first.click()
    review.get_by_role("button", name="Make the queue").click()
    expect(image(review)).to_be_visible()
    expect(review.locator(".said")).to_have_text("The detector's verdict comes after your answer.")
    review.keyboard.press("r")
    expect(review.locator(".said")).to_contain_text(RUN)
    expect(review.locator(".said")).to_contain_text("score")
    expect(review.locator(".words")).to_contain_text("speak", timeout=240_000)  # the map, once torch is there
    item = review.locator(".stage").get_attribute("data-item")
    review.keyboard.press("k")
    expect(review.locator(".stage")).not_to_have_attribute("data-item", item or "")
    expect(review.locator(".counts")).to_contain_text("1 of 200 done")
    review.keyboard.press("u")
    expect(review.locator("[data-do=keep]")).to_be_visible()
    review.reload()  # between answer and verdict nothing is lost either
    expect(review.locator("[data-do=keep]")).to_be_visible()
    review.keyboard.press("a")
    expect(review.locator(".counts")).to_contain_text("2 of 200 done")
    review.get_by_test_id("stButtonGroup").get_by_text("Results", exact=True).click()
    expect(review.get_by_text("Person, detector, and both")).to_be_visible()
