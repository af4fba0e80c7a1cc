"""Voting by phone: whether the next round has it, and at which address phones find this computer."""

from dataclasses import replace

import streamlit as st

from detector.errors import UserError
from detector.stage.join import checked_host, lan_address, reaches_phones
from detector.stage.rounds import Round, change
from pages.parts.stage_cache import booth
from pages.parts.widgets import plain


def phone_host() -> str:
    """The address that phones are sent to, or "" for a round without them."""
    wanted = st.toggle("Vote by phone", key="by-phone",
                       help="Phones on the same Wi-Fi join by a code on the screen and vote with two buttons. No names are asked "
                       "for. Without it, count raised hands and type the number on stage.")  # fmt: skip
    if not wanted:
        return ""
    if "phone-host" not in st.session_state:
        st.session_state["phone-host"] = lan_address()
    typed = st.text_input("Address of this computer", key="phone-host", width=260,
                          help="Found by itself. Type another one if this computer is on several networks.")  # fmt: skip
    try:
        host = checked_host(typed)
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return ""
    if not reaches_phones(host):
        st.warning("Phones cannot reach this address: join a Wi-Fi, or type the address that this computer has there.",
                   icon=":material/wifi_off:")  # fmt: skip
    return host


def open_vote(shown: Round, host: str) -> Round:
    """Let phones into a round; raises UserError when no port is free."""
    port = booth(shown.deck, shown.id, shown.port).port
    return change(shown.deck, shown.id, lambda before: replace(before, host=host, port=port))
