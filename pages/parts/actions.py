"""Doing what a button asks: it is done and said, or one line tells why not."""

from collections.abc import Callable

import streamlit as st

from detector.errors import UserError
from pages.parts.widgets import flash, plain


def attempt(action: Callable[[], object], done: str) -> None:
    """Do it, say so after a rerun of the page; or show the reason and leave everything on screen as it is."""
    try:
        action()
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    flash(done)
    st.rerun()


def act(action: Callable[[], object]) -> None:
    """Do it and show the whole page anew, as when a live view starts or ends there; or show the reason why not."""
    try:
        action()
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    st.rerun()
