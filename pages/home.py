"""Home: what this is, one click to try it, and where things are."""

import streamlit as st

from detector.models.library import list_entries
from detector.samples import Sample
from detector.training.runs import list_runs
from pages.parts.sample_row import sample_row
from pages.parts.shell import NAME, page_file, shell
from pages.parts.weights_choice import weights_options
from pages.parts.widgets import empty_state


def main() -> None:
    shell()
    st.title(NAME, anchor=False)
    st.markdown("A lab for detectors of AI-generated images: train them, see what they look at, find out where they fail.")
    try_it()
    link("tour", "New here? Take the tour of ten minutes")
    st.space("small")
    cards()


def try_it() -> None:
    """Samples, or what is missing for them."""
    st.subheader("Try it", anchor=False)
    options = weights_options()
    if not options:
        empty_state(
            "There is no detector yet. Training one on the lab pictures takes a few minutes.",
            "train",
            "Train the first one",
            ":material/model_training:",
        )
        return
    st.markdown("Ask a detector about one of these pictures.")
    sample = sample_row("home")
    if sample:
        st.switch_page(page_file("classify"), query_params=sample_address(sample, options))


def sample_address(sample: Sample, options: list[str]) -> dict[str, str]:
    """The address of the sample on the page Classify, with the weights that it suits if they are there."""
    weights = {"weights": sample.suggests} if sample.suggests in options else {}
    return {"sample": sample.name, **weights}


def cards() -> None:
    """Three cards, one a section of the navigation."""
    saved, runs = len(list_entries()), len(list_runs())
    models, classify, results = st.columns(3, gap="small")
    with models.container(border=True, height="stretch"):
        st.markdown("**Models**")
        st.markdown(
            "Check your own folders of real and AI-generated images, train a network on them, and keep the weights worth keeping."
        )
        st.caption(f"{counted(saved, 'detector')} in the library")
        link("data", "Look into a data set")
        link("train", "Train a detector")
        link("library", "Open the library")
    with classify.container(border=True, height="stretch"):
        st.markdown("**Classify**")
        st.markdown("Ask a detector about pictures, one or hundreds, and see which places speak for its answer.")
        st.caption("Uploads stay in memory")
        link("classify", "Classify pictures")
        link("batches", "Classify thousands")
        link("review", "Review with people")
        link("present", "Show it to an audience")
        link("playground", "Play with a picture")
    with results.container(border=True, height="stretch"):
        st.markdown("**Results**")
        st.markdown("Compare runs, and count how often a detector is right on images it has never seen.")
        st.caption(counted(runs, "training run"))
        link("runs", "Compare runs")
        link("evaluate", "Evaluate a run")


def counted(number: int, noun: str) -> str:
    """The number with its noun, such as "no runs", "1 run", "2 runs"."""
    return f"{number or 'No'} {noun}{'' if number == 1 else 's'}"


def link(page: str, label: str) -> None:
    """A link to a page that exists."""
    if page_file(page).is_file():
        st.page_link(page_file(page), label=label, icon=":material/arrow_forward:")


main()
