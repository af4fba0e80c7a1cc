"""The detectors that come with the repository: they load, say what they are worth, and answer."""

from pathlib import Path

import pytest

from detector.home import SHIPPED_WEIGHTS
from detector.labels import AI, LABEL_NAMES, REAL
from detector.models.library import default_name, list_entries
from detector.predict import Predictor
from detector.samples import LAB_WEIGHTS, SAMPLES

NAMES = sorted(folder.name for folder in SHIPPED_WEIGHTS.iterdir() if folder.is_dir())


def test_there_are_two_for_all_and_some_for_one_kind_in_150_megabytes() -> None:
    assert {"strong", "light", "faces", "art", LAB_WEIGHTS} <= set(NAMES)
    assert sum(file.stat().st_size for file in SHIPPED_WEIGHTS.rglob("*")) < 150e6
    assert sum(file.stat().st_size for file in (SHIPPED_WEIGHTS / "light").rglob("*")) < 10e6
    assert max(file.stat().st_size for file in SHIPPED_WEIGHTS.rglob("*")) < 95e6


def test_a_fresh_workspace_lists_them_and_has_a_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path))
    entries = {entry.name: entry for entry in list_entries()}
    assert set(NAMES) == set(entries) and all(entry.shipped and not entry.error for entry in entries.values())
    assert default_name() in ("strong", "light")


@pytest.mark.parametrize("name", NAMES)
def test_a_card_tells_data_recipe_command_numbers_failures_and_licence(name: str) -> None:
    card = (SHIPPED_WEIGHTS / name / "card.md").read_text(encoding="utf-8")
    for heading in ("## Intended use", "## Data", "## Recipe", "## Results", "## Known failures", "## Licence"):
        assert heading in card
    assert "python -m detector train --data" in card and "held-out test split, n = " in card and "None recorded yet" not in card


@pytest.mark.parametrize("name", NAMES)
def test_every_photo_at_hand_gets_a_verdict_and_a_map(name: str) -> None:
    predictor = Predictor.load(str(SHIPPED_WEIGHTS / name))
    for sample in (sample for sample in SAMPLES if sample.kind == "photo"):
        found = predictor.explain(sample.image())
        assert 0 <= found.verdict.probability <= 1 and found.heat.min() >= 0


def test_the_lab_detector_is_right_on_the_lab_samples() -> None:
    lab = [sample for sample in SAMPLES if sample.kind == "lab"]
    verdicts = Predictor.load(str(SHIPPED_WEIGHTS / LAB_WEIGHTS)).predict([sample.image() for sample in lab])
    truth = [LABEL_NAMES[REAL if sample.name == "lab-real" else AI] for sample in lab]
    assert [verdict.label for verdict in verdicts] == truth
