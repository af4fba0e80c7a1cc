import io
import json

import numpy as np
import pandas as pd
import pytest

from detector.errors import UserError
from detector.evaluation.cross import Cell, Column, Matrix, cell_of, columns_of, matrix_csv
from detector.evaluation.metrics import evaluate
from detector.figures.cross import cross_figure


def table() -> pd.DataFrame:
    random = np.random.default_rng(0)
    rows = [
        {"path": f"{folder}/{genre}/{number}.png", "label": label, "generator": generator, "group": ""}
        for folder, label, generator in (("real", 0, ""), ("ai", 1, "dalle"), ("ai", 1, "sdxl"))
        for genre in ("cats", "dogs")
        for number in range(10)
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(seen=False, probability=np.clip(frame["label"] * 0.4 + random.uniform(0, 0.6, len(frame)), 0, 1))


def test_a_generators_column_holds_its_images_and_all_real_ones() -> None:
    frame = table()
    dalle, sdxl = columns_of("set", frame, "generator", False)
    assert (dalle.name, sdxl.name) == ("dalle", "sdxl")
    for column in (dalle, sdxl):
        own = frame.iloc[list(column.rows)]
        assert (own["label"] == 0).sum() == 20 and set(own["generator"]) == {"", column.name}


def test_a_genres_column_holds_both_classes_of_that_folder() -> None:
    cats, dogs = columns_of("set", table(), "genre", True)
    assert (cats.name, dogs.name) == ("set: cats", "set: dogs")
    assert all("/cats/" in path for path in table()["path"].iloc[list(cats.rows)]) and len(cats.rows) == 30


@pytest.mark.parametrize("by", ["generator", "genre"])
def test_a_set_without_names_is_one_column(by: str) -> None:
    frame = table().assign(generator="", path=[f"{('real', 'ai')[label]}/{at}.png" for at, label in enumerate(table()["label"])])
    (column,) = columns_of("set", frame, by, True)
    assert column.name == "set" and len(column.rows) == len(frame)


def test_a_cell_is_the_metric_of_its_unseen_images() -> None:
    frame = table()
    frame.loc[[0, 1, 25], "seen"] = True
    column = columns_of("set", frame, "set", False)[0]
    cell = cell_of("d", column, frame, 0.5)
    fresh = frame[~frame["seen"]]
    metrics = evaluate(fresh["label"].to_numpy(), fresh["probability"].to_numpy(), 0.5)
    assert cell is not None
    assert cell.values == {"auc": metrics.auc, "balanced_accuracy": metrics.balanced_accuracy}
    assert cell.intervals["auc"] == metrics.intervals["auc"]
    assert (cell.n_real, cell.n_ai, cell.seen) == (18, 39, 3)


def test_a_cell_without_an_unseen_image_is_none_and_one_class_has_no_auc() -> None:
    frame = table()
    assert cell_of("d", Column("c", "set", (0, 1)), frame.assign(seen=True), 0.5) is None
    only = cell_of("d", Column("c", "set", tuple(range(20))), frame, 0.5)
    assert only is not None and "auc" not in only.values and "balanced_accuracy" in only.values


def small() -> Matrix:
    cells = tuple(
        Cell(row, column, 50, 40, 0, 0.5, {"auc": auc}, {"auc": (auc - 0.1, min(1.0, auc + 0.1))})
        for (row, column), auc in {("a", "x"): 0.9, ("a", "y"): 0.5, ("b", "x"): 0.6}.items()
    )
    return Matrix("set", ("a", "b"), ("x", "y"), cells, {"a": "x", "b": ""})


def test_mean_and_minimum_go_over_the_cells_there_are() -> None:
    found = small()
    row, column = found.of_row("a", "auc"), found.of_column("x", "auc")
    assert row and (row.mean, row.lowest, row.where, row.n) == (pytest.approx(0.7), 0.5, "y", 2)
    assert column and (column.mean, column.lowest, column.where, column.n) == (pytest.approx(0.75), 0.6, "b", 2)
    assert found.of_row("b", "balanced_accuracy") is None


def test_it_comes_back_from_json_and_damage_is_said() -> None:
    values = json.loads(json.dumps(small().to_dict()))
    assert Matrix.from_dict(values) == small()
    assert values["auc_summary"]["rows"]["a"]["lowest"] == 0.5
    for damaged in ({}, values | {"cells": [{}]}, values | {"rows": None}):
        with pytest.raises(UserError, match="test them again"):
            Matrix.from_dict(damaged)


def test_the_csv_has_a_line_a_cell() -> None:
    read = pd.read_csv(io.BytesIO(matrix_csv(small())))
    assert list(read["auc"]) == [0.9, 0.5, 0.6] and list(read["ai"]) == [40, 40, 40]


def test_the_figures_cells_can_be_clicked_and_margins_show_mean_and_lowest() -> None:
    chart = cross_figure(small(), "auc").to_dict()
    assert [tuple(each) for each in chart["data"][0]["customdata"]] == [("a", "x"), ("a", "y"), ("b", "x")]
    assert chart["data"][0]["type"] == "scatter" and chart["data"][0]["marker"]["symbol"] == "square"
    assert list(chart["layout"]["xaxis"]["ticktext"]) == ["x", "y", "mean", "lowest"]
    shown = [(note["x"], note["y"], note["text"]) for note in chart["layout"]["annotations"]]
    assert (2, 0, "0.70") in shown and (3, 0, "0.50") in shown and (0, 2, "0.75") in shown and (0, 3, "0.60") in shown
    colours = chart["data"][0]["marker"]["color"]
    assert colours[1] == "#ffffff" and len(set(colours)) == 3


def test_a_name_cannot_put_markup_into_the_figure() -> None:
    cell = Cell("<b>a", "<i>x", 5, 5, 0, 0.5, {"auc": 0.9}, {"auc": (0.8, 1.0)})
    text = json.dumps(
        cross_figure(Matrix("set", ("<b>a",), ("<i>x",), (cell,), {"<b>a": ""}), "auc").to_plotly_json()["data"][0]["text"][0]
    )
    assert "<b>a" not in text and "&lt;b>a" in text
