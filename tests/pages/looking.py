"""Looking again at a page until something is there, as a browser does by itself while work goes on beside the page."""

import time
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

SECONDS = 60


def until(shown: AppTest, what: Callable[[], bool]) -> AppTest:
    """Run the page again and again until `what` holds; an exception on the page, or a minute without it, fails the test."""
    end = time.monotonic() + SECONDS
    while not what():
        assert not shown.exception, shown.exception
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)
        shown.run()
    return shown
