"""Reading, writing and picking predictions; bad tables get one clear line."""

from pathlib import Path

import pandas as pd
import pytest

from detector.errors import UserError
from detector.evaluation.predictions import cell_images, read_predictions, write_predictions

HEADER = "path,label,generator,split,probability\n"


def _file(folder: Path, text: str) -> Path:
    path = folder / "predictions.csv"
    path.write_text(text, encoding="utf-8")
    return path


def _frame(*rows: tuple[str, int, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [{"path": p, "label": y, "generator": "", "split": "test", "group": "", "probability": q} for p, y, q in rows]
    )


def test_what_is_written_is_read_back_to_the_last_digit(tmp_path: Path):
    frame = _frame(("real/a, b.png", 0, 0.1 + 0.2), ("ai/é「x」.png", 1, 1 - 1e-15), ("ai/NA", 1, 0.0))
    frame.loc[2, "generator"] = "NA"
    write_predictions(tmp_path / "predictions.csv", frame)
    pd.testing.assert_frame_equal(read_predictions(tmp_path / "predictions.csv"), frame, check_dtype=False)


def test_numbers_come_back_as_numbers(tmp_path: Path):
    frame = read_predictions(_file(tmp_path, HEADER + "a.png,0,,test,1\nb.png,1,sd,test,0\n"))
    assert frame["label"].dtype.kind == "i"
    assert frame["probability"].dtype.kind == "f"
    assert frame["generator"].tolist() == ["", "sd"]


def test_a_table_made_elsewhere_is_read(tmp_path: Path):
    text = "\ufeffprobability, label, path, remark\n0.25, real, a.png, x\n0.75, AI, b.png, y\n"
    frame = read_predictions(_file(tmp_path, text))
    assert frame.to_dict("records") == [
        {"path": "a.png", "label": 0, "generator": "", "split": "", "group": "", "probability": 0.25},
        {"path": "b.png", "label": 1, "generator": "", "split": "", "group": "", "probability": 0.75},
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "is empty"),
        (HEADER, "holds no images"),
        ("path,score\na,0.5\n", "lacks the column label and probability"),
        (HEADER + "a,0,,test,0.1\nb,cat,,test,0.5\n", "row 2: label should be 0 .* not 'cat'"),
        (HEADER + "a,0,,test,0.1\nb,,,test,0.5\n", "row 2: label"),
        (HEADER + "a,0,,test,1.5\n", "row 1: probability should be a number from 0 to 1, not '1.5'"),
        (HEADER + "a,0,,test,nan\n", "row 1: probability"),
        (HEADER + "a,0,,test,0.1\nb,1,,te", "row 2: probability"),
        (HEADER + ",0,,test,0.1\n", "row 1: path"),
        (HEADER + "a,0,,test,0.1\nb,1,,test,0.1,7\n", "cannot be read as a table"),
    ],
)
def test_a_table_that_cannot_be_evaluated_says_where_and_why(tmp_path: Path, text: str, line: str):
    with pytest.raises(UserError, match=line) as caught:
        read_predictions(_file(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_a_missing_file_says_to_evaluate_first(tmp_path: Path):
    with pytest.raises(UserError, match="evaluate the detector first"):
        read_predictions(tmp_path / "predictions.csv")


def test_a_picture_in_place_of_the_table_is_refused(tmp_path: Path):
    path = tmp_path / "predictions.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff\xfe" * 20)
    with pytest.raises(UserError, match="cannot be read"):
        read_predictions(path)


def test_a_bad_table_is_not_written_over_a_good_one(tmp_path: Path):
    path = tmp_path / "predictions.csv"
    write_predictions(path, _frame(("a", 0, 0.5)))
    with pytest.raises(UserError, match="probability"):
        write_predictions(path, _frame(("a", 0, float("nan"))))
    assert len(read_predictions(path)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["predictions.csv"]


def test_a_cell_lists_its_images_the_most_confident_first():
    frame = _frame(("a", 0, 0.7), ("b", 0, 0.95), ("c", 0, 0.5), ("d", 0, 0.1), ("e", 0, 0.4), ("f", 1, 0.99), ("g", 1, 0.2))
    assert cell_images(frame, 0, 1, 0.5)["path"].tolist() == ["b", "a", "c"]
    assert cell_images(frame, 0, 0, 0.5)["path"].tolist() == ["d", "e"]
    assert cell_images(frame, 1, 1, 0.5)["path"].tolist() == ["f"]
    assert cell_images(frame, 1, 0, 0.1)["path"].tolist() == []
