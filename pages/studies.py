"""Studies: four student reports run again, what they reported beside what came out here."""

import streamlit as st

from detector.errors import UserError
from detector.studies import result as results
from detector.studies.job import results_of
from detector.studies.plan import Plan
from detector.studies.plans import PLANS
from pages.parts.shell import shell
from pages.parts.study_result import show_result
from pages.parts.study_run import run_again
from pages.parts.widgets import empty_state, plain, show_flash

SOURCES = {"shipped": "Comes with Telltale", "small": "Yours, small", "full": "Yours, full"}


def main() -> None:
    shell()
    show_flash()
    st.title("Studies", anchor=False)
    st.markdown("Four student reports on telling AI-generated images from real ones, run again: what they reported, beside what "
                "came out here. The positive class is AI-generated.")  # fmt: skip
    chosen = st.segmented_control(
        "Study", list(PLANS), default=next(iter(PLANS)), required=True, key="study", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    plan = PLANS[chosen]
    st.subheader(plan.title, anchor=False)
    st.markdown(plan.asked)
    st.caption(f"Its data: {plan.data}")
    show(plan)
    run_again(plan)


def show(plan: Plan) -> None:
    """The chosen result of the study; a person's own run stands beside the one that comes with the app."""
    found = results_of(plan.name, results.SHIPPED)
    if not found:
        empty_state("There is no result of this study yet. Run it below: at small scale it takes minutes.")
        return
    source = next(iter(found))
    if len(found) > 1:
        source = st.segmented_control(
            "Result", list(found), default=source, required=True, format_func=SOURCES.__getitem__, key=f"source-{plan.name}"
        )
    try:
        result = results.read_result(found[source])
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    show_result(plan, result)


main()
