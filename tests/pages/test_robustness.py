from pathlib import Path

from detector.evaluation.perturbations import KINDS
from tests.workspaces import RUN, write_set


def said(page) -> str:
    return "\n".join(element.value for element in (*page.markdown, *page.caption)).replace("\\", "").replace("\u2060", "")


def open_robustness(home: Path, open_page):
    """The view of a run whose data are the blots, which its weights have not seen."""
    from detector.files import read_json, write_json

    config = home / "runs" / RUN / "config.json"
    write_json(config, read_json(config) | {"data": str(write_set(home / "data" / "few", 12))})
    return open_page("evaluate", view="Robustness")


def test_a_run_is_tested_and_the_result_is_there_the_next_time(home: Path, open_page) -> None:
    page = open_robustness(home, open_page)
    assert not page.exception and not page.error
    assert "What survives?" in [each.value for each in page.subheader]
    page.multiselect(key="rob-kinds").set_value(["jpeg", "crop"])
    page.number_input(key="rob-images").set_value(20)
    next(button for button in page.button if button.label == "Run").click().run()
    assert not page.exception and not page.error
    again = open_page("evaluate", view="Robustness")
    assert "10 real and 10 AI-generated images" in said(again)
    table = again.dataframe[-1].value
    assert set(table["change"]) == {"Untouched", "JPEG", "Cropping"}
    assert len(table) == 3 * (1 + len(KINDS["jpeg"].strengths) + len(KINDS["crop"].strengths))
    assert table["its 95 % interval"].str.contains("–").all()


def test_data_that_has_gone_is_one_error(home: Path, open_page) -> None:
    page = open_robustness(home, open_page)
    (home / "data" / "few").rename(home / "elsewhere")
    next(button for button in page.button if button.label == "Run").click().run()
    assert not page.exception and len(page.error) == 1


def test_a_damaged_result_is_an_error_and_can_be_run_again(home: Path, open_page) -> None:
    (home / "runs" / RUN / "robustness.json").write_text("{}")
    page = open_robustness(home, open_page)
    assert not page.exception
    assert "run it again" in page.error[0].value
    assert page.multiselect(key="rob-kinds")


def test_one_picture_is_asked_once_and_says_where_its_verdict_flips(home: Path, open_page) -> None:
    from detector.samples import SAMPLES

    page = open_page("classify", sample=SAMPLES[0].name)
    assert not page.exception
    next(button for button in page.button if button.label == "Try it").click().run()
    assert not page.exception and not page.error
    text = said(page)
    assert (
        text.count("The verdict flips at") + text.count("The verdict stays the same") + text.count("The verdict flips as")
        >= len(KINDS) - 1
    )
    (kept,) = page.session_state["flips"].values()
    assert [step["kind"] for step in kept["steps"]] == list(KINDS)
    assert not any(button.label == "Try it" for button in page.button)
