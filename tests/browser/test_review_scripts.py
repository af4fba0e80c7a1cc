"""The scripts of desk and grid by themselves: keys while a busy server swaps them, answers on their way, two fingers."""

from playwright.sync_api import Page, expect

from pages.parts.review_components import DESK, GRID, read

MESSAGES = {"done": [], "problem": None, "pictures": {}, "undoable": False}
ITEM = {"id": "7", "name": "a", "facts": "", "blind": False, "said": [], "mapped": False,
        "first": "", "note": "", "tags": [], "width": 1, "height": 1, "reduced": False}  # fmt: skip
TILE = {"id": "8", "name": "b", "said": {"words": "", "verdict": ""}, "answer": None, "others": ""}
SEEN_BY_DESK = MESSAGES | {
    "name": "desk/q/Ana", "items": [ITEM], "originals": {}, "maps": {}, "reveals": {}, "back": "", "tags": [],
    "progress": {"done": 0, "total": 1, "pace": ""}, "finished": "", "trouble": "",
}  # fmt: skip
SEEN_BY_GRID = MESSAGES | {"name": "grid/q/Ana", "tiles": [TILE]}


def opened(page: Page, place: str, scripts: tuple[str, ...], data: dict[str, object]) -> None:
    """Open the desk or the grid as Streamlit does: markup into a place, then the script's function."""
    page.evaluate(
        """async ([place, code, markup, data]) => {
            const root = document.body.appendChild(document.createElement("div"));
            root.innerHTML = markup;
            const script = await import(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
            const words = (value) => value.entries.map((entry) => entry.value ?? entry.kind).join();
            const setStateValue = (name, value) => sent.push([place, words(value)]);
            script.default({ parentElement: root, data, setStateValue });
        }""",
        [place, read(*scripts), read(f"{place}.html"), data],
    )


def answers(page: Page) -> list[tuple[str, str]]:
    return [(place, values) for place, values in page.evaluate("sent") if values]


def test_an_answer_for_the_grid_does_not_go_to_a_desk_that_is_about_to_leave(page: Page) -> None:
    page.evaluate("window.sent = []")
    opened(page, "desk", DESK, SEEN_BY_DESK)
    opened(page, "grid", GRID, SEEN_BY_GRID)
    page.locator(".tile").click()
    page.keyboard.press("a")
    assert answers(page) == [("grid", "ai")]


def test_an_answer_at_the_desk_does_not_go_to_a_grid_that_is_about_to_leave(page: Page) -> None:
    page.evaluate("window.sent = []")
    opened(page, "grid", GRID, SEEN_BY_GRID)
    page.locator(".tile").click()
    opened(page, "desk", DESK, SEEN_BY_DESK)
    page.keyboard.press("r")
    assert answers(page) == [("desk", "real")]


def test_a_desk_that_stays_after_all_has_its_keys_again(page: Page) -> None:
    page.evaluate("window.sent = []")
    opened(page, "desk", DESK, SEEN_BY_DESK)
    opened(page, "grid", GRID, SEEN_BY_GRID)
    page.evaluate("document.body.lastElementChild.remove()")
    page.keyboard.press("u")
    assert answers(page) == [("desk", "unsure")]


def test_after_a_reload_an_answer_still_on_its_way_can_be_undone(page: Page, app: str) -> None:
    page.goto(f"{app}/_stcore/health")  # an address whose storage the browser keeps
    entry = {"id": "1", "kind": "answer", "item": "7", "value": "unsure", "round": 1}
    page.evaluate("entry => localStorage.setItem('telltale-review/desk/q/Ana/1', JSON.stringify(entry))", entry)
    page.evaluate("window.sent = []")
    opened(page, "desk", DESK, SEEN_BY_DESK)
    page.keyboard.press("z")
    assert answers(page)[-1] == ("desk", "unsure,undo")


def fingers(page: Page, *steps: tuple[float, float]) -> None:
    """Two fingers on the picture, at these places from its left edge one after the other."""
    box = page.locator(".stage").bounding_box()
    assert box
    session = page.context.new_cdp_session(page)
    for number, places in enumerate(steps):
        points = [{"x": box["x"] + x, "y": box["y"] + box["height"] / 2, "id": finger} for finger, x in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": "touchMove" if number else "touchStart", "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_two_fingers_drawn_apart_enlarge_and_brought_together_show_the_whole_again(page: Page) -> None:
    page.evaluate("window.sent = []")
    page.add_style_tag(content=read("desk.css"))
    opened(page, "desk", DESK, SEEN_BY_DESK)
    fingers(page, (250, 350), (225, 375), (200, 400))
    expect(page.locator(".scale")).to_have_text("200 %")
    fingers(page, (200, 400), (240, 360), (280, 320))
    expect(page.locator(".scale")).to_have_text("100 %")


def test_what_two_detectors_say_is_coloured_by_each_ones_verdict(page: Page) -> None:
    said = [
        {"words": "first: AI-generated, score 0.90", "verdict": "ai"},
        {"words": "second: real, score 0.15", "verdict": "real"},
    ]
    page.evaluate("window.sent = []")
    opened(page, "desk", DESK, SEEN_BY_DESK | {"items": [ITEM | {"said": said}]})
    expect(page.locator(".said")).to_have_text("first: AI-generated, score 0.90 · second: real, score 0.15")
    expect(page.locator(".said .ai")).to_have_text(said[0]["words"])
    expect(page.locator(".said .real")).to_have_text(said[1]["words"])
