"""Heat maps: what each method does, and which of them find a planted mark."""

import streamlit as st

from detector.errors import UserError
from detector.explain.lab_table import CONTROLS, SHIPPED, read_lab_table
from detector.explain.methods import METHODS, Method
from pages.parts.lab_table import lab_table
from pages.parts.shell import page_file, shell
from pages.parts.widgets import plain

COSTS = {
    "gradients": "one run of the network",
    "attention": "one run of the network",
    "features": "one run of the network",
    "passes": "tens to hundreds of runs",
}


def main() -> None:
    shell()
    st.title("Heat maps", anchor=False)
    st.markdown("What each method does, and how well its maps find a mark whose place is known. A heat map is a claim: test it.")
    st.subheader("Which methods find what is there", anchor=False)
    st.markdown(
        "The lab's pictures are drawn by code. Half of them carry one planted mark, and the networks below learnt to tell these "
        "from the rest. So a map of what speaks for **AI-generated** should show the mark and nothing else."
    )
    try:
        table = read_lab_table(SHIPPED)
        lab_table(table)
        st.caption(
            f"{table.pictures} new pictures with a mark each, of which a network is graded on those that it calls AI-generated. "
            f"Made by `{table.command}`."
        )
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
    controls = [f"- **{name}**: {meaning}" for name, meaning in CONTROLS.values()]
    st.markdown("\n".join(["What a good method must beat:", "", *controls]))
    st.markdown(
        "A plain mark on a plain picture is the easy case. What holds here need not hold for faces or paintings, but a method "
        "that fails here deserves no trust there."
    )
    st.subheader("What each method does", anchor=False)
    st.markdown("\n".join(f"- {described(method)}" for method in METHODS.values()))
    st.page_link(page_file("classify"), label="Try them on a picture", icon=":material/image_search:")


def described(method: Method) -> str:
    """A method in a line: what it does, what it costs, and whether it can tell for from against."""
    sign = "; tells evidence for from evidence against" if method.signed else ""
    return f"**{method.title}**: {method.help} *{COSTS[method.needs].capitalize()}{sign}.*"


main()
