import io
import json

import pandas as pd
import pytest

from detector.review.desk import (
    ReviewError,
    answer,
    create_queue,
    describe,
    export_bytes,
    export_table,
    history,
    import_answers,
    items,
    stats,
    undo,
)
from tests.review.conftest import MODEL, WEIGHTS, filled

KINDS = ("csv", "jsonl", "parquet")
NOTE = '=HYPERLINK("http://x"), <script>alert(1)</script>\nsecond line; "quoted"'


def answered(name: str = "doubtful") -> str:
    """Three images: one with two people and a second round, one with a note, one skipped."""
    filled(name, 4, blind=True, answers=2)
    one, two, three, _ = (item.id for item in sorted(items(name)[0], key=lambda item: item.name))
    answer(one, "Ann", "real", ms=1200)
    answer(one, "Ann", "ai", round=2, ms=300)
    answer(one, "=Bo", "ai")
    answer(two, "Ann", "unsure", note=NOTE, tags=["hands", "<b>"])
    answer(three, "Ann", "skip")
    return name


def read(kind: str, data: bytes) -> list[dict]:
    if kind == "parquet":
        return pd.read_parquet(io.BytesIO(data)).to_dict("records")
    if kind == "jsonl":
        return [json.loads(line) for line in data.decode().splitlines()]
    return pd.read_csv(io.BytesIO(data), keep_default_na=False).to_dict("records")


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_says_what_the_answer_was_about_and_who_gave_it_when(kind: str):
    rows = read(kind, export_bytes(answered(), kind))
    assert len(rows) == 4
    (row,) = [row for row in rows if row["annotator"] == "Ann" and row["name"] == "000.png"]
    assert (row["first_answer"], row["final_answer"], row["label"], row["first_ms"]) == ("real", "ai", "ai", 1200)
    assert (row["model"], row["weights"], row["probability"], row["verdict"]) == (MODEL, WEIGHTS, 0.125, "real")
    assert len(row["sha256"]) == 64 and row["path"].endswith(row["sha256"]) and row["first_when"].endswith("+00:00")
    assert not row["first_shown"] and row["first_token"] != row["final_token"]


def test_no_spreadsheet_runs_what_was_typed():
    text = export_bytes(answered(), "csv").decode()
    assert ",'=Bo," in text and "\"'=HYPERLINK" in text


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_comes_back_whole_and_a_second_time_adds_nothing(kind: str):
    name = answered()
    data = export_bytes(name, kind)
    assert import_answers(name, data, "a").added == 0  # it is all there
    create_queue("copy", blind=True, answers=2)
    found = import_answers("copy", data, "a")
    assert (found.added, found.known, found.images, found.left_out) == (5, 0, 3, [])
    again = import_answers("copy", data, "a")
    assert (again.added, again.known, again.images) == (0, 5, 0)
    before, after = (export_table(each).drop(columns=["queue", "path"]) for each in (name, "copy"))
    by = ["sha256", "annotator"]
    pd.testing.assert_frame_equal(before.sort_values(by, ignore_index=True), after.sort_values(by, ignore_index=True))
    assert stats("copy").kappas == stats(name).kappas
    with pytest.raises(ReviewError, match="no kind of export"):
        export_bytes(name, "xlsx")


def test_an_import_neither_overwrites_a_later_answer_nor_revives_one_that_was_taken_back():
    name = answered()
    data = export_bytes(name, "jsonl")
    one, two, *_ = (item.id for item in sorted(items(name)[0], key=lambda item: item.name))
    answer(one, "=Bo", "real")
    describe(two, "Ann", note="on second thoughts")
    assert undo(name, "Ann").name == "002.png"
    rows = len(history(name))
    assert import_answers(name, data, "old").added == 0 and len(history(name)) == rows
    table = export_table(name).set_index(["name", "annotator"])
    assert table.loc[("000.png", "=Bo"), "final_answer"] == "real"
    assert table.loc[("001.png", "Ann"), "note"] == "on second thoughts" and ("002.png", "Ann") not in table.index


def test_a_table_written_by_others_needs_no_tokens_and_a_bad_row_costs_its_line():
    name = filled(count=2)
    sha = items(name)[0][0].sha256
    lines = [f"{sha},Cy,AI,2024-05-01T10:00:00", "nonsense,Cy,ai,", f"{sha},Di,perhaps,", f"{sha},,ai,"]
    data = "\n".join(["sha256,annotator,first_answer,first_when", *lines]).encode()
    found = import_answers(name, data, "hand.csv")
    assert found.added == 1 and [line[:6] for line in found.left_out] == ["Row 2:", "Row 3:", "Row 4:"]
    assert import_answers(name, data, "hand.csv").added == 0
    assert export_table(name)["first_when"].tolist() == ["2024-05-01T10:00:00.000+00:00"]


NO_EXPORTS = [b"", b"PAR1 not really", b"{broken", b"\xff\xfe\x00", b"path,label\na,1\n", b"sha256,annotator,first_answer\n"]


@pytest.mark.parametrize("data", NO_EXPORTS)
def test_what_is_no_export_is_refused_in_one_line(data: bytes):
    name = filled(count=1)
    with pytest.raises(ReviewError) as error:
        import_answers(name, data, "odd.csv")
    assert "\n" not in str(error.value) and history(name) == []
