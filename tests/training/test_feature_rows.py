from pathlib import Path

import numpy as np
import pytest

from detector.training.feature_rows import FeatureRows

ROWS = np.arange(12, dtype=np.float32).reshape(4, 3)


def test_rows_come_back_in_the_order_asked_for(tmp_path: Path) -> None:
    FeatureRows(tmp_path / "a", 3).add(["w", "x"], ROWS[:2])
    again = FeatureRows(tmp_path / "a", 3)
    again.add(["y", "x"], ROWS[2:])
    np.testing.assert_array_equal(again.read(["y", "w"]), ROWS[[2, 0]])
    assert again.read([]).shape == (0, 3)
    with pytest.raises(KeyError):
        again.read(["z"])


@pytest.mark.parametrize("torn", [b"half a row", b"x" * 12])
def test_what_a_killed_process_left_half_written_is_cut_off(tmp_path: Path, torn: bytes) -> None:
    rows = FeatureRows(tmp_path / "a", 3)
    rows.add(["w"], ROWS[:1])
    with (tmp_path / "a.rows").open("ab") as file:
        file.write(torn)
    with (tmp_path / "a.names").open("ab") as file:
        file.write(b"x-without-an-end")
    assert rows.names() == ["w"]
    rows.add(["y"], ROWS[2:3])
    np.testing.assert_array_equal(rows.read(["w", "y"]), ROWS[[0, 2]])
    assert rows.names() == ["w", "y"]


def test_names_without_rows_do_not_count(tmp_path: Path) -> None:
    rows = FeatureRows(tmp_path / "a", 3)
    rows.add(["w", "x"], ROWS[:2])
    with (tmp_path / "a.rows").open("r+b") as file:
        file.truncate(12)
    assert rows.names() == ["w"]
