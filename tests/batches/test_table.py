import json
from pathlib import Path

import pandas as pd
import pytest
from pyarrow import parquet

from detector.batches.export import encoded, kind_of, write_rows
from detector.batches.results import COLUMNS, Row, append, every_row, mend, rows_from, whole_lines
from detector.batches.table import Wanted, counts, frame_of, no_results, read_more, rows_of, select
from detector.errors import UserError


def row(name: str, probability: float | None, verdict: str = "", **more: object) -> Row:
    empty = {
        "sha256": "0" * 64,
        "bytes": 10,
        "width": 4,
        "height": 3,
        "label": verdict,
        "looks_like": "",
        "generator": "",
        "reasons": [],
        "error": "",
    }
    return {"path": f"/pictures/{name}", "probability": probability, "verdict": verdict, "ms": 1.5, **empty, **more}


ROWS = [
    row("a.png", 0.9, "ai", generator="sd"),
    row("b.png", 0.1, "real", looks_like="dalle"),
    row("deep/Cat 1.png", 0.55, "inconclusive", reasons=["too few known images"], width=9),
    row("d.png", None, error="This file is damaged.", bytes=None, width=None, height=None),
]


def names(frame: pd.DataFrame) -> list[str]:
    return [path.rsplit("/", 1)[1] for path in frame["path"]]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(), ["a.png", "b.png", "Cat 1.png", "d.png"]),
        (Wanted(outcomes=("ai", "error")), ["a.png", "d.png"]),
        (Wanted(low=0.5), ["a.png", "Cat 1.png"]),
        (Wanted(low=0.1, high=0.55), ["b.png", "Cat 1.png"]),
        (Wanted(generators=("sd",)), ["a.png"]),
        (Wanted(alike=("dalle",)), ["b.png"]),
        (Wanted(errors=("This file is damaged.",)), ["d.png"]),
        (Wanted(find="cat deep"), ["Cat 1.png"]),
        (Wanted(find="DAMAGED"), ["d.png"]),
        (Wanted(find="(["), []),
        (Wanted(order="high"), ["a.png", "Cat 1.png", "b.png", "d.png"]),
        (Wanted(order="low"), ["b.png", "Cat 1.png", "a.png", "d.png"]),
        (Wanted(order="unsure"), ["Cat 1.png", "a.png", "b.png", "d.png"]),
        (Wanted(order="name"), ["a.png", "b.png", "Cat 1.png", "d.png"]),
        (Wanted(order="large"), ["Cat 1.png", "a.png", "b.png", "d.png"]),
    ],
)
def test_rows_are_filtered_and_ordered(wanted: Wanted, expected: list[str]) -> None:
    assert names(select(frame_of(ROWS), wanted)) == expected


def test_every_outcome_is_counted_also_of_nothing() -> None:
    assert counts(frame_of(ROWS)) == {"real": 1, "ai": 1, "inconclusive": 1, "error": 1}
    assert sum(counts(frame_of([])).values()) == 0 and select(frame_of([]), Wanted(order="high", find="x")).empty


def test_only_what_is_new_is_read_and_a_torn_line_waits(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    assert read_more(file, no_results()).frame.empty
    append(file, ROWS[:2])
    first = read_more(file, no_results())
    assert names(first.frame) == ["a.png", "b.png"] and first.root == "/pictures"
    damaged = file.read_bytes().replace(b"a.png", b"x.png")
    file.write_bytes(damaged + json.dumps(ROWS[2]).encode())  # not whole yet
    assert names(read_more(file, first).frame) == ["a.png", "b.png"]
    with file.open("ab") as lines:
        lines.write(b"\n")
    more = read_more(file, first)
    assert names(more.frame) == ["a.png", "b.png", "Cat 1.png"], "the first rows were read again"
    assert more.name("/pictures/deep/Cat 1.png") == "deep/Cat 1.png" and read_more(file, more) is more
    file.write_text("")
    assert read_more(file, more).frame.empty


def test_a_torn_line_is_cut_off_and_whole_ones_stay(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    assert (mend(file), whole_lines(file)) == (0, 0)
    append(file, ROWS)
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"path": "/pictures/e')
    assert whole_lines(file) == 4 and len(list(every_row(file))) == 4
    assert mend(file) == 4 and file.read_bytes() == whole
    file.write_bytes(b'{"path"')
    assert mend(file) == 0 and file.read_bytes() == b""


def test_a_damaged_line_keeps_its_number(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    append(file, ROWS[:1])
    file.write_bytes(b"\0\0\0\n" + file.read_bytes())
    rows, end = rows_from(file)
    assert "damaged" in rows[0]["error"] and rows[1]["path"] == "/pictures/a.png" and end == file.stat().st_size
    assert counts(frame_of(rows)) == {"real": 0, "ai": 1, "inconclusive": 0, "error": 1}


def test_rows_come_back_from_the_frame_as_they_were() -> None:
    assert list(rows_of(frame_of(ROWS))) == [{name: each[name] for name in COLUMNS} for each in ROWS]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_table_holds_every_row_in_each_kind_of_file(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"out.{kind}"
    write_rows(iter(ROWS), COLUMNS, file)
    assert file.read_bytes() == encoded(ROWS, COLUMNS, kind) or kind == "parquet"
    if kind == "csv":
        frame = pd.read_csv(file)
    elif kind == "jsonl":
        frame = pd.read_json(file, lines=True)
    else:
        frame = parquet.read_table(file).to_pandas()
    assert list(frame.columns) == list(COLUMNS) and names(frame) == names(frame_of(ROWS))
    assert frame["probability"].iloc[0] == 0.9 and pd.isna(frame["probability"].iloc[3])
    reasons = frame["reasons"].iloc[2]
    assert (reasons if isinstance(reasons, str) else list(reasons)) in ("too few known images", ["too few known images"])


def test_a_name_that_is_no_text_or_a_formula_is_written_as_text() -> None:
    odd = [row("odd\udcff.png", 0.5), {**row("x", 0.5), "path": "=cmd()"}]
    for kind in ("csv", "jsonl", "parquet"):
        assert encoded(odd, COLUMNS, kind)
    assert "odd\ufffd.png" in encoded(odd, COLUMNS, "csv").decode() and "\n'=cmd()," in encoded(odd, COLUMNS, "csv").decode()


def test_an_empty_table_has_its_columns(tmp_path: Path) -> None:
    assert encoded([], COLUMNS, "csv").decode().strip() == ",".join(COLUMNS)
    write_rows([], COLUMNS, tmp_path / "none.parquet")
    assert parquet.read_table(tmp_path / "none.parquet").column_names == list(COLUMNS)


def test_the_name_says_the_kind_and_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    assert kind_of(Path("X.CSV")) == "csv"
    with pytest.raises(UserError, match=r"\.csv, \.jsonl or \.parquet"):
        kind_of(Path("table.xlsx"))
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        write_rows(ROWS, COLUMNS, tmp_path / "file" / "out.csv")
