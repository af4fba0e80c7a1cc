"""Tour: a short way through the whole app with pictures made by code. Train a detector in a minute, fool it, see why."""

import streamlit as st

from detector.errors import UserError
from detector.samples import LAB_WEIGHTS
from detector.training.runs import Run
from pages.parts import tour_progress as tour
from pages.parts.run_view import SECONDS, progress_words, state_badge
from pages.parts.shell import page_file, shell
from pages.parts.tour_why import see_why
from pages.parts.weights_choice import RUN, weights_options, weights_place
from pages.parts.widgets import plain

TITLES = {
    "ask": "Ask a detector",
    "train": "Train one of your own, in a minute",
    "own": "Ask your own detector",
    "fool": "Fool it",
    "why": "See why it was fooled",
    "limits": "See where it knows nothing",
}
FOOLING = {
    "Blur a picture with a mark": {"sample": "lab-checkerboard", "tool": "change", "change": "blur"},
    "Brush the mark away": {"sample": "lab-checkerboard", "tool": "brush"},
    "Make one without a mark look AI-generated": {"sample": "lab-real", "tool": "change", "change": "blur"},
}


def main() -> None:
    shell()
    st.title("Tour", anchor=False)
    st.markdown(
        "Train a detector in a minute, fool it, and see why: six small steps on the real pages, with pictures made by code."
    )
    done = tour.progress()
    count = sum(done.values())
    st.progress(count / len(done), f"{count} of {len(done)} steps done")
    now = next((step for step in tour.STEPS if not done[step] and not tour.skipped(step)), None)
    for number, step in enumerate(tour.STEPS, 1):
        show(step, number, done[step], step == now)
    if now is None:
        end(count == len(done))
    st.button(
        "Start the tour again", icon=":material/restart_alt:", on_click=tour.restart,
        help="Earlier runs and answers stay where they are; they only no longer count here.",
    )  # fmt: skip


def show(step: str, number: int, done: bool, now: bool) -> None:
    """One step: its mark, its title, and, opened, what to do."""
    icon = ":material/check_circle:" if done else ":material/skip_next:" if tour.skipped(step) else f":material/counter_{number}:"
    state = " · done" if done else " · skipped" if tour.skipped(step) else ""
    with st.expander(f"{TITLES[step]}{state}", icon=icon, expanded=now, key=f"tour-{step}-{'now' if now else 'later'}"):
        TELL[step]()
        if now:
            st.button("Skip this step", key=f"skip-{step}", type="tertiary", on_click=tour.skip, args=(step,))


def ask() -> None:
    """Step 1."""
    st.markdown(
        "These pictures are drawn by code. Half of them carry a planted mark, such as a faint checkerboard, as generators leave "
        "them without wishing to. They play the AI-generated ones here. Ask a detector about one, and look at verdict and map."
    )
    if not weights_options():
        st.caption("There is no detector yet: skip this step, and train one first.")
        return
    weights = {"weights": LAB_WEIGHTS} if LAB_WEIGHTS in weights_options() else {}
    link("classify", "Ask about a picture with a mark", sample="lab-checkerboard", **weights)
    link("classify", "Ask about one without a mark", sample="lab-real", **weights)


def train() -> None:
    """Step 2."""
    st.markdown(
        "A small network, LeNet-5, learns to tell the two apart from a few hundred pictures, in fifteen rounds, called epochs. "
        "None of them is among those that it is tested on. It trains in the background: you may look at other pages meanwhile."
    )
    runs = tour.lab_runs()
    active = any(run.status().active for run in runs)
    if runs:
        st.fragment(watch, run_every=SECONDS if active else None)(runs[0], active)
    if not active:
        label = "Train another one" if runs else "Start training"
        if st.button(label, icon=":material/play_arrow:", type="secondary" if runs else "primary"):
            start()


def start() -> None:
    """Really start a run, or say why not."""
    try:
        tour.begin()
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    st.rerun()


def watch(run: Run, was_active: bool) -> None:
    """The run as it goes, and where to see more of it."""
    status = run.status()
    if was_active and not status.active:
        st.rerun()  # the whole page once, which also ends the refreshing
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        state_badge(status)
        st.markdown(progress_words(status))
    if status.active:
        st.progress(status.share)
    if status.message:
        st.caption(plain(status.message))
    link("train", "Watch it learn", run=run.name)
    if run.predictions_file.exists():
        link("evaluate", "See how often it is right", run=run.name)


def own() -> None:
    """Step 3."""
    run = learnt()
    if run:
        st.markdown("Your detector has never seen these samples. Does it find the mark, and does its map point at it?")
        for name, label in (("lab-checkerboard", "A checkerboard"), ("lab-smooth", "A smoothed patch"), ("lab-real", "No mark")):
            link("classify", label, sample=name, weights=f"{RUN}{run.name}")


def fool() -> None:
    """Step 4."""
    st.markdown(
        "Change a picture until the verdict turns: blur, shrink, crop or darken it. What is the least that does it? Nothing "
        "about where the picture comes from has changed, only what the detector reads. It goes the other way, too."
    )
    run = tour.learnt_run()
    weights = f"{RUN}{run.name}" if run else LAB_WEIGHTS
    for label, query in FOOLING.items():
        link("playground", label, weights=weights, **query)
    st.caption("When you brush, try each filling: a smooth one is itself like a mark.")


def why() -> None:
    """Step 5."""
    st.markdown(
        "In the lab every picture can be drawn anew without its mark and with nothing else changed. So a claim can be tested: if "
        "the detector reads the mark, the score must fall when it goes, and not when another place of its shape is smoothed."
    )
    run = tour.learnt_run()
    if run:
        see_why(run.best_weights, run.name)
    elif LAB_WEIGHTS in weights_options():
        see_why(weights_place(LAB_WEIGHTS), LAB_WEIGHTS)
    else:
        st.caption("It needs a trained detector: step 2.")
    link("methods", "Which methods of drawing maps find the marks")


def limits() -> None:
    """Step 6."""
    st.markdown(
        "Now ask it about a photo. It answers, as it always does, but the score means nothing: photos carry no such mark. Every "
        "detector has such an outside, and most do not know it. The words under a verdict say what a detector was trained on."
    )
    run = tour.learnt_run()
    link("classify", "Ask it about a photo of a flower", sample="flower", weights=f"{RUN}{run.name}" if run else LAB_WEIGHTS)


def learnt() -> Run | None:
    """The run of step 2, or a line that says that it is missing."""
    run = tour.learnt_run()
    if run is None:
        st.caption("It needs the detector of step 2.")
    return run


def end(whole: bool) -> None:
    """Where to go from here."""
    if whole:
        st.success("You trained a detector, fooled it, and saw why.", icon=":material/check_circle:")
    st.markdown("**From here**")
    link("data", "Look into a data set of your own: can it be told apart without looking at the pictures?")
    link("train", "Train on it")


def link(page: str, label: str, **query: str) -> None:
    """A link to a page with the right things chosen."""
    st.page_link(page_file(page), label=label, icon=":material/arrow_forward:", query_params=query)


TELL = {"ask": ask, "train": train, "own": own, "fool": fool, "why": why, "limits": limits}

main()
