from pathlib import Path

import pytest

from detector.data.audit_store import read_audit
from detector.data.preprocess import Preprocess
from detector.training.config import TrainConfig
from detector.training.engine import fit
from detector.training.images import TrainingImages, open_split_data
from detector.training.runs import create_run
from detector.training.shortcuts import PHASE, note_audit
from tests.shortcut import write_shortcut


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shortcut(tmp_path_factory.mktemp("mixed"))


def test_a_worker_audits_data_that_nobody_audited_and_keeps_it_with_the_set(workspace: Path, mixed: Path):
    config = TrainConfig(data=str(mixed), model="lenet5")
    images = TrainingImages(open_split_data(config), Preprocess(size=16))
    first, second = create_run(config, "first"), create_run(config, "second")
    told: list[tuple[str, int, int]] = []
    note_audit(first, images, lambda *said: told.append(said))
    assert told[0] == (PHASE, 0, 0) and told[-1] == (PHASE, 100, 100)
    assert first.about()["audit"]["light"] == "red"
    kept = read_audit(images.manifest)
    assert kept is not None and kept.worst is not None and kept.worst.probe == "metadata"
    told.clear()
    note_audit(second, images, lambda *said: told.append(said))
    note_audit(first, images, lambda *said: told.append(said))
    assert not told and second.about()["audit"] == first.about()["audit"]


def test_a_run_ends_with_the_audit_in_its_facts_and_on_its_card(workspace: Path, small: TrainConfig):
    run = create_run(small.but(epochs=1), "audited")
    fit(run)
    audit = run.about()["audit"]
    assert audit["fingerprint"] == run.about()["fingerprint"] and audit["looked_at"] == {"real": 40, "ai": 40}
    card = (run.best_weights / "card.md").read_text(encoding="utf-8")
    assert "## Shortcuts in the data" in card and "Too few pictures for an audit" in card
