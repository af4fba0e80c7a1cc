"""The shell around every page: browser title, logo, navigation.

While a folder `pages/` exists, a fresh server may run a deep link such as /train without app.py, so every page's first
statement is `shell()`, and app.py is `shell().run()`.
"""

from pathlib import Path

import streamlit as st

PAGES = Path(__file__).resolve().parent.parent
NAME = "Telltale"

# section -> (file stem, title, icon); a page is shown once its file exists
SECTIONS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "": (
        ("home", "Home", "home"),
        ("tour", "Tour", "explore"),
    ),
    "Models": (
        ("data", "Data", "photo_library"),
        ("train", "Train", "model_training"),
        ("library", "Library", "inventory_2"),
    ),
    "Classify": (
        ("classify", "Classify", "image_search"),
        ("batches", "Batches", "dynamic_feed"),
        ("playground", "Playground", "toys"),
        ("review", "Review", "rate_review"),
        ("present", "Present", "slideshow"),
        ("methods", "Heat maps", "blur_on"),
    ),
    "Results": (
        ("runs", "Runs", "show_chart"),
        ("sweeps", "Sweeps", "tune"),
        ("evaluate", "Evaluate", "fact_check"),
        ("compare", "Compare", "compare"),
        ("cross", "Other data", "grid_on"),
        ("studies", "Studies", "school"),
    ),
}

# pages for reading; galleries and plots take the whole width
_NARROW = ("", "library", "tour")  # the default page has no path


def shell() -> st.Page:
    """Set up the frame around the chosen page, and return that page."""
    # before the navigation, which would else have the browser fetch the page's icon from a font server for the tab
    st.set_page_config(page_icon=PAGES / "parts" / "icon.svg")
    page = st.navigation({section: _existing(pages) for section, pages in SECTIONS.items()})
    st.set_page_config(page_title=f"{page.title} – {NAME}", layout="centered" if page.url_path in _NARROW else "wide")
    st.logo(PAGES / "parts" / "logo.svg", size="large")
    return page


def page_title(stem: str) -> str:
    """What a page is called in the navigation."""
    return next(title for pages in SECTIONS.values() for name, title, _ in pages if name == stem)


def page_file(stem: str) -> Path:
    """What st.switch_page and st.page_link take: the page's absolute path."""
    return PAGES / f"{stem}.py"


def _existing(pages: tuple[tuple[str, str, str], ...]) -> list[st.Page]:
    return [
        st.Page(page_file(stem), title=title, icon=f":material/{icon}:", url_path=stem, default=stem == "home")
        for stem, title, icon in pages
        if page_file(stem).is_file()
    ]
