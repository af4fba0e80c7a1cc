"""Turning the pages of a long list of pictures: buttons above and below it, a page number, and where the page begins."""

import streamlit as st


def pager(key: str, total: int, size: int) -> int:
    """The buttons above a list; returns the index of the first thing on the chosen page."""
    pages, name = _pages(total, size), f"{key}-page"
    st.session_state[name] = min(max(int(st.session_state.get(name, 1)), 1), pages)
    page = int(st.session_state[name])
    first = (page - 1) * size
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if pages > 1:
            _turn("Previous", "chevron_left", name, page - 1, disabled=page == 1)
            st.number_input("Page", 1, pages, key=name, width=120, label_visibility="collapsed")
            st.markdown(f"of {pages:,}", width="content")
            _turn("Next", "chevron_right", name, page + 1, disabled=page == pages)
        st.caption(
            f"{first + 1:,} to {min(first + size, total):,} of {total:,}"
            if pages > 1
            else f"{total:,} {'picture' if total == 1 else 'pictures'}",
            width="content",
        )
    return first


def turn_below(key: str, total: int, size: int) -> None:
    """The same buttons at the end of the page, for whoever has read it to the end; nothing where all fit on one."""
    pages, name = _pages(total, size), f"{key}-page"
    if pages == 1:
        return
    page = int(st.session_state[name])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _turn("Previous", "chevron_left", name, page - 1, disabled=page == 1, below=True)
        st.markdown(f"{page:,} of {pages:,}", width="content")
        _turn("Next", "chevron_right", name, page + 1, disabled=page == pages, below=True)


def _pages(total: int, size: int) -> int:
    return max(-(-total // size), 1)


def _turn(label: str, icon: str, name: str, page: int, disabled: bool, below: bool = False) -> None:
    key = f"{name}-{label.lower()}{'-below' if below else ''}"
    st.button(label, icon=f":material/{icon}:", key=key, disabled=disabled, on_click=_go, args=(name, page))


def _go(name: str, page: int) -> None:
    st.session_state[name] = page
