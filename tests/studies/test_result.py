"""Results on disk, and the ones that come with the app."""

import json
import re
from pathlib import Path

import pytest

from detector.errors import UserError
from detector.figures.studies import beside_figure, study_roc
from detector.studies.plans import PLANS
from detector.studies.result import SHIPPED, read_result, write_result

SHIPPED_FILES = sorted(SHIPPED.glob("*.json"))


def test_every_study_ships_a_result() -> None:
    assert {file.stem for file in SHIPPED_FILES} == set(PLANS)


@pytest.mark.parametrize("file", SHIPPED_FILES, ids=lambda file: file.stem)
def test_a_shipped_result_is_whole_and_names_no_machine(file: Path, tmp_path: Path) -> None:
    result = read_result(file)
    plan = PLANS[result.study]
    assert result.scale == "small" and result.seconds > 0 and result.versions["torch"]
    assert {claim.text for claim in result.claims} == {claim.text for claim in plan.claims}
    assert {outcome.name for outcome in result.outcomes} | set(result.skipped) == {each.name for each in plan.experiments}
    for row in result.numbers:
        scored = result.outcome(row.experiment).scores[row.test]
        assert row.here == scored.values[row.measure] and row.n == scored.n
        assert row.low is not None and row.high is not None and row.low <= row.here <= row.high
    for outcome in result.outcomes:
        assert outcome.epochs == sum("epoch" in row for row in outcome.curves)
        (rr, ra), (ar, aa) = outcome.scores["test"].confusion_matrix or ((0, 0), (0, 0))
        assert rr + ra + ar + aa == outcome.scores["test"].n == sum(outcome.counts["test"].values())
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"(^|[^a-z.])/(home|root|tmp|work|mnt|data|Users)/", text)
    write_result(tmp_path / "again.json", result)
    assert read_result(tmp_path / "again.json") == result


@pytest.mark.parametrize("file", SHIPPED_FILES, ids=lambda file: file.stem)
def test_the_figures_of_a_shipped_result_show_what_it_holds(file: Path) -> None:
    result = read_result(file)
    rows = [(f"{row.experiment} {row.test}", row) for row in result.numbers if row.measure == "accuracy"]
    here, reported = beside_figure(rows).to_dict()["data"]
    assert list(here["x"]) == [row.here for _, row in rows] and list(reported["x"]) == [row.reported for _, row in rows]
    curves = {outcome.title: outcome.scores["test"] for outcome in result.outcomes}
    *traces, chance = study_roc(curves).to_dict()["data"]
    assert chance["name"] == "chance" and len(traces) == len(curves)
    for trace in traces:
        assert (trace["x"][0], trace["y"][0]) == (0, 0) and (trace["x"][-1], trace["y"][-1]) == (1, 1)
        assert "n = " in trace["name"]


def test_something_else_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "boston.json"
    file.write_text(json.dumps({"study": "boston"}))
    with pytest.raises(UserError, match="holds no result of a study"):
        read_result(file)
