from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from detector.explain.map_check import BADGE_WORDS, BETTER, Curves, MapCheck
from tests.pages.looking import until

SCRIPT = """
import hashlib
from pathlib import Path
from pages.parts.judged import Picture
from pages.parts import map_check as part
from tests.workspaces import picture
from detector.models.library import entry

part.QUICK = {quick}
data = picture(1)
row = {{"sha256": hashlib.sha256(data).hexdigest()}}
part.map_check(entry("stripes").folder, Picture("1", "a.png", lambda: data), row, 1, "{method}")
"""


def page(quick: float, method: str = "gradcam") -> AppTest:
    return AppTest.from_string(SCRIPT.format(quick=quick, method=method), default_timeout=60).run()


def said(page: AppTest) -> str:
    return "\n".join(element.value for element in (*page.markdown, *page.caption))


def has_badge(page: AppTest) -> bool:
    return any(words in said(page) for words in BADGE_WORDS.values())


def test_a_quick_check_needs_no_click_and_says_its_badge_in_words(home: Path) -> None:
    shown = page(quick=1e9)
    assert not shown.exception
    assert not shown.button
    assert has_badge(shown)
    assert "of 19 random maps" in said(shown)
    assert [expander.label for expander in shown.expander] == ["How this was found out"]
    assert list(shown.table[0].value["Measure"])[:2] == ["Deletion, mean height", "Insertion, mean height"]


@pytest.mark.parametrize(("quick", "method"), [(0, "gradcam"), (1e9, "occlusion")])
def test_a_slow_check_waits_for_a_click_and_stays(home: Path, quick: float, method: str) -> None:
    shown = page(quick, method)
    assert not has_badge(shown)
    shown.button[0].click().run()
    until(shown, lambda: has_badge(shown))
    assert not shown.exception
    shown.run()
    assert has_badge(shown)
    assert not shown.button


def test_a_method_that_does_not_suit_gets_one_line(home: Path) -> None:
    shown = page(1e9, "attention")
    assert not shown.exception
    assert len(shown.error) == 1


def test_a_check_is_shown_with_all_its_numbers() -> None:
    def script() -> None:
        import streamlit as st

        from pages.parts.map_check import show_check

        show_check(st.session_state["found"], 1, "k")

    random = (Curves((1, 0.6, 0), (0, 0.4, 1)),) * 19
    shown = AppTest.from_function(script)
    shown.session_state["found"] = MapCheck(
        Curves((1, 0.1, 0), (0, 0.9, 1)), random, random[0], "grey", False, (("all layers", 0.125),), 0.5, 0.75, 1.5
    )
    shown.run()
    assert not shown.exception
    assert BADGE_WORDS[BETTER] in said(shown)
    assert "plain grey" in said(shown)
    assert list(shown.table[0].value["Value"])[3:] == ["0.12", "0.50", "0.75", "+1.50"]
