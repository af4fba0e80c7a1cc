import time
from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.parts import waited as part
from tests.pages.looking import until


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    yield
    st.cache_resource.clear()


def page() -> None:
    import threading
    import time

    import streamlit as st

    from detector.errors import UserError
    from pages.parts.waited import known, waited

    state = st.session_state
    gate = state.setdefault("gate", threading.Event())
    fails = state.get("fails", False)
    begun = state.setdefault("begun", [])

    def work(tell) -> str:
        begun.append(1)
        while not gate.is_set():
            tell(1, 4)
            time.sleep(0.01)
        if fails:
            raise UserError("It did not work.")
        return "forty-two"

    def taken_back() -> None:
        state.taken_back = True

    try:
        st.write(waited("sum", "Adding up", work, taken_back, moment=0) or "not yet")
    except UserError as error:
        st.error(str(error))
    state.known = known("sum")


def opened(**state: object) -> AppTest:
    shown = AppTest.from_function(page)
    for name, value in state.items():
        shown.session_state[name] = value
    return shown.run()


def finished(shown: AppTest) -> AppTest:
    """Let the work end, and look again."""
    shown.session_state.gate.set()
    return until(shown, lambda: not any(button.label == "Stop" for button in shown.button))


def test_the_page_stays_alive_beside_work_that_is_done_once_and_whose_result_stays() -> None:
    shown = opened()
    assert shown.markdown[0].value == "not yet" and [button.label for button in shown.button] == ["Stop"]
    finished(shown)
    assert shown.run().markdown[0].value == "forty-two" and len(shown.session_state.begun) == 1
    assert not shown.exception and not shown.button


def test_stop_ends_the_work_takes_back_what_began_it_and_leaves_nothing() -> None:
    shown = opened()
    shown.button[0].click().run()
    assert shown.session_state.taken_back
    finished(shown)
    assert shown.markdown[0].value == "forty-two" and len(shown.session_state.begun) == 2


def test_of_work_that_failed_the_error_is_passed_on_and_nothing_is_kept() -> None:
    shown = opened(fails=True)
    shown.session_state.gate.set()
    until(shown, lambda: bool(shown.error))
    assert shown.error[0].value == "It did not work." and not shown.session_state.known
    shown.session_state.fails = False
    until(shown, lambda: any(text.value == "forty-two" for text in shown.markdown))


def test_work_that_nobody_waits_for_any_more_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "PATIENCE", 0.05)
    job = part.Job(lambda tell: [(tell(1, 2), time.sleep(0.01)) for _ in range(10_000)])
    job.wait(10)
    assert not job.running() and isinstance(job.error, part.Stopped)
