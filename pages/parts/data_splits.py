"""Splits of a data set: which pictures would train, choose and test, tried out before a run is started."""

from collections import Counter

import pandas as pd
import streamlit as st

from detector.data.manifest import SPLITS, Item, Manifest
from detector.data.splits import assign_splits, straddling, unit_of
from detector.errors import DataError
from detector.evaluation.metrics import wilson
from detector.labels import LABEL_WORDS
from detector.training.config import TrainConfig
from pages.parts.shell import page_file
from pages.parts.widgets import plain

TITLES = {"train": "training", "valid": "validation", "test": "test"}
FEW = 50


def show_splits(manifest: Manifest) -> None:
    """Shares and seed, the split they give, and the way to training with it."""
    st.markdown(
        "Training learns from one part, chooses its best epoch and threshold on a second, and is measured on a third. "
        "Pictures that belong together (near-copies, one prompt, one source) always go into the same part."
    )
    defaults = TrainConfig()
    left, middle, right = st.columns(3, gap="medium")
    valid = left.slider("Validation share (%)", 1, 40, round(100 * defaults.valid_fraction), key="valid", bind="query-params")
    test = middle.slider("Test share (%)", 0, 40, round(100 * defaults.test_fraction), key="test", bind="query-params")
    seed = right.number_input(
        "Seed", 0, 2**31 - 1, defaults.seed, key="seed", bind="query-params", help="Another seed gives another division."
    )
    try:
        items = assign_splits(manifest.items, valid / 100, test / 100, int(seed))
    except DataError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    given(manifest)
    togetherness(items)
    too_few(items)
    table = split_table(items)
    st.dataframe(table, hide_index=True, height=min(35 * (len(table) + 1) + 3, 500), alt="Images by class, source and split")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download as CSV", lambda: list_text(items), "splits.csv", "text/csv", icon=":material/download:", on_click="ignore",
            help="Every picture with its split, class, generator and group.",
        )  # fmt: skip
        st.page_link(
            page_file("train"), label="Train on this set", icon=":material/model_training:", query_params={"data": spec(manifest)}
        )
    if (valid, test, seed) != (round(100 * defaults.valid_fraction), round(100 * defaults.test_fraction), defaults.seed):
        st.caption(
            "Set the same on the Train page, under *All settings*: "
            f"validation share {valid / 100:g}, test share {test / 100:g}, seed {seed}."
        )


def spec(manifest: Manifest) -> str:
    """What opens this data set, for a link."""
    return str(st.query_params.get("data") or manifest.root)


def split_table(items: tuple[Item, ...]) -> pd.DataFrame:
    """Images by class and generator, a column a split, with the sum of each class in front of its generators."""
    table = pd.DataFrame(
        [(LABEL_WORDS[item.label], item.generator, item.split) for item in items], columns=["class", "source", "split"]
    )
    counts = pd.crosstab([table["class"], table["source"]], table["split"]).reindex(columns=list(SPLITS), fill_value=0)
    rows = []
    for word in LABEL_WORDS:
        own = counts.loc[[word]] if word in counts.index else counts.iloc[:0]
        rows.append({"class": word, "generator": "all", **own.sum().to_dict()})
        if len(own) > 1:
            rows += [{"class": word, "generator": name or "not named", **row.to_dict()} for (_, name), row in own.iterrows()]
    found = pd.DataFrame(rows).rename(columns=TITLES)
    return found.assign(together=found[list(TITLES.values())].sum(axis=1))


def list_text(items: tuple[Item, ...]) -> str:
    """Every picture with its split as CSV."""
    rows = [(item.path, item.split, LABEL_WORDS[item.label], item.generator, item.group) for item in items]
    return pd.DataFrame(rows, columns=["path", "split", "class", "generator", "group"]).to_csv(index=False)


def given(manifest: Manifest) -> None:
    """Which splits the folders or the table name already."""
    named = [TITLES[split] for split in SPLITS if any(item.split == split for item in manifest.items)]
    if named:
        st.info(
            f"The set names its own {' and '.join(named)} pictures, and these are kept. Only what is missing is cut from the "
            "training pictures.",
            icon=":material/folder_managed:",
        )


def togetherness(items: tuple[Item, ...]) -> None:
    """How many groups there are, and whether given splits tear any apart."""
    groups = [count for count in Counter(unit_of(item) for item in items).values() if count > 1]
    torn = straddling(items)
    if torn:
        st.warning(
            f"{len(torn):,} of {len(groups):,} groups of pictures that belong together lie in more than one given part: a "
            "detector is then tested on what it has learnt from. Leave the copies out (see *Copies*), or give no splits.",
            icon=":material/call_split:",
        )
        with st.expander(f"Torn groups ({len(torn):,})", icon=":material/table_rows:"):
            rows = [(number, item.split, item.path) for number, group in enumerate(torn, 1) for item in group]
            table = pd.DataFrame(rows, columns=["group", "split", "file"])
            st.dataframe(table, hide_index=True, height=300, alt="Pictures that belong together but lie in different parts")
    elif groups:
        st.success(
            f"{sum(groups):,} pictures belong together in {len(groups):,} {'group' if len(groups) == 1 else 'groups'}. "
            "None of these lies in two parts.",
            icon=":material/check_circle:",
        )
    else:
        st.caption("No picture belongs together with another: each is divided by itself.")


def too_few(items: tuple[Item, ...]) -> None:
    """Parts in which a class has so few pictures that a number measured on them says little."""
    counts = Counter((item.split, item.label) for item in items)
    small = [(counts[split, label], word, TITLES[split]) for split in SPLITS[1:] for label, word in enumerate(LABEL_WORDS)]
    small = sorted(part for part in small if 0 < part[0] < FEW)
    if small:
        fewest = small[0][0]
        low, high = wilson(round(0.8 * fewest), fewest)
        listed = ", ".join(f"{count} {word} for {title}" for count, word, title in small)
        st.warning(
            f"Small parts: {listed}. A share of 80 % measured on {fewest} may be anything from {100 * low:.0f} to "
            f"{100 * high:.0f} %. Take a larger share, or add pictures.",
            icon=":material/straighten:",
        )
