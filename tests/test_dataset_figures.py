"""Figures of a data set: every image counted once, classes told apart without colour, names shown as they are spelt."""

import pandas as pd
import pytest

from detector.data.contents import contents, counted, sizes
from detector.data.manifest import Item
from detector.figures.dataset import FEW_SIZES, MOST_BARS, share_bars, size_bubbles, size_figure, source_bars
from detector.figures.style import AI_COLOUR, REAL_COLOUR


def items(count: int, label: int, generator: str = "", size: tuple[int, int] = (64, 48), kind: str = "JPEG") -> list[Item]:
    return [
        Item(f"{label}/{generator}{i}{size}", label, generator, "", *size, kind, f"{label}{generator}{i}") for i in range(count)
    ]


SET = contents([*items(6, 0), *items(3, 1, "sd", kind="PNG"), *items(1, 1, "dalle", (32, 32))])


def test_each_source_has_one_bar_as_long_as_its_images_are_many() -> None:
    real, ai = source_bars(counted(SET, "source")).data
    assert list(real.x) == [6] and list(ai.x) == [3, 1]
    assert (real.name, ai.name) == ("real (n = 6)", "AI-generated (n = 4)")
    assert (real.marker.color, ai.marker.color) == (REAL_COLOUR, AI_COLOUR)
    assert real.marker.pattern.shape != ai.marker.pattern.shape


def test_shares_are_of_the_class_so_that_unequal_classes_compare() -> None:
    real, ai = share_bars(counted(SET, "format"), "Format").data
    assert list(real.y) == [1.0, 0.0]
    assert list(ai.y) == pytest.approx([0.25, 0.75])


def test_many_values_become_one_bar_of_others_and_no_image_is_lost() -> None:
    table = contents([item for number in range(40) for item in items(2, 1, f"g{number:02}")])
    chart = source_bars(counted(table, "source"))
    assert len(chart.layout.yaxis.ticktext) == MOST_BARS
    assert chart.layout.yaxis.ticktext[-1] == f"{40 - MOST_BARS + 1} others"
    assert sum(chart.data[1].x) == 80


def test_few_sizes_are_named_and_many_become_bubbles_that_hold_every_image_once() -> None:
    assert size_figure(SET, sizes(SET)).data[0].type == "bar"
    many = contents([*items(5, 0), *(one for side in range(FEW_SIZES + 1) for one in items(2, 1, "sd", (20 + 40 * side, 30)))])
    chart = size_figure(many, sizes(many))
    assert {trace.type for trace in chart.data} == {"scatter"}
    assert [sum(trace.customdata) for trace in chart.data] == [5, 18]
    assert len({trace.marker.symbol for trace in chart.data}) == 2


def test_a_bubble_stands_near_its_size_and_the_larger_share_is_the_larger_bubble() -> None:
    real, _ = size_bubbles(contents([*items(9, 0, size=(512, 256)), *items(1, 0, size=(64, 64)), *items(1, 1)])).data
    spots = {
        round(count): (x, y, size) for count, x, y, size in zip(real.customdata, real.x, real.y, real.marker.size, strict=True)
    }
    assert spots[9][0] == pytest.approx(512, rel=0.1) and spots[9][1] == pytest.approx(256, rel=0.1)
    assert spots[9][2] > spots[1][2]


def test_a_name_with_markup_reads_as_it_is_spelt_and_a_long_one_is_cut() -> None:
    chart = source_bars(counted(contents([*items(1, 1, "<b>bold</b>"), *items(1, 1, "x" * 200)]), "source"))
    assert "&lt;b&gt;bold&lt;/b&gt;" in chart.layout.yaxis.ticktext
    assert all(len(text) < 40 for text in chart.layout.yaxis.ticktext)


def test_a_table_without_images_says_so() -> None:
    empty = pd.DataFrame({"real": [], "AI-generated": []})
    for chart in (source_bars(empty), share_bars(empty, "Format"), size_bubbles(contents([]))):
        assert [note.text for note in chart.layout.annotations] == ["No images"]


def test_charts_leave_their_ground_to_the_page_and_fit_a_screen() -> None:
    for chart in (source_bars(counted(SET, "source")), share_bars(sizes(SET), "Size"), size_bubbles(SET)):
        assert chart.layout.paper_bgcolor == chart.layout.plot_bgcolor == "rgba(0, 0, 0, 0)"
        assert 320 <= chart.layout.height <= 420
        assert chart.layout.xaxis.title.text and chart.layout.yaxis.title.text
