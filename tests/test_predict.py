import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from detector.errors import UserError, WeightsError
from detector.evaluation.calibration import Calibration, score_table
from detector.explain.cam import explain
from detector.labels import AI, REAL
from detector.models.inputs import normalise
from detector.predict import Predictor


@pytest.fixture
def predictor(bright: Path) -> Predictor:
    return Predictor.load("bright", device="cpu")


def flat(level: int, size: tuple[int, int] = (32, 32)) -> Image.Image:
    return Image.new("RGB", size, (level, level, level))


def test_pictures_get_the_verdict_of_their_class_in_their_order(predictor):
    pictures = [flat(210), flat(40, (300, 20)), flat(220, (17, 90)), flat(30)]
    verdicts = predictor.predict(pictures)
    assert [verdict.label for verdict in verdicts] == ["ai", "real", "ai", "real"]
    assert [verdict.verdict for verdict in verdicts] == ["ai", "real", "ai", "real"]
    assert all((verdict.probability > 0.5) == (verdict.label == "ai") for verdict in verdicts)


def test_a_score_depends_on_neither_batch_size_nor_neighbours(predictor):
    pictures = [flat(level) for level in range(20, 240, 20)]
    together = [verdict.probability for verdict in predictor.predict(pictures)]
    in_pairs = [verdict.probability for verdict in predictor.predict(pictures, batch_size=2)]
    backwards = [verdict.probability for verdict in predictor.predict(pictures[::-1])][::-1]
    np.testing.assert_allclose(together, in_pairs, atol=1e-6)
    np.testing.assert_allclose(together, backwards, atol=1e-6)


def test_no_pictures_get_no_verdicts(predictor):
    assert predictor.predict([]) == []


def test_a_score_that_validation_images_do_not_support_is_inconclusive(predictor):
    truth = np.arange(40) % 2
    unsure = replace(predictor, calibration=Calibration({"valid": score_table(truth, np.full(40, 0.95))}))
    (verdict,) = unsure.predict([flat(210)])
    assert (verdict.label, verdict.verdict) == ("ai", "inconclusive")


def test_without_tables_the_threshold_decides(predictor):
    bare = replace(predictor, calibration=Calibration())
    (usual,) = bare.predict([flat(40)])
    (strict,) = replace(bare, config=replace(bare.config, threshold=0.0)).predict([flat(40)])
    assert (usual.verdict, usual.threshold) == ("real", 0.5)
    assert (strict.label, strict.verdict, strict.threshold) == ("ai", "ai", 0.0)
    assert strict.probability == usual.probability


def test_an_explanation_is_the_map_of_what_the_network_saw(predictor):
    picture = flat(210, (120, 80))
    told = predictor.explain(picture, REAL, "hirescam")
    look = predictor.config.preprocess
    x = normalise(np.stack([look.array(picture)]), look)
    np.testing.assert_array_equal(told.heat, explain(predictor.model, x, REAL, "hirescam"))
    assert told.box == look.box(120, 80)
    assert told.label == REAL
    assert told.verdict == predictor.predict([picture])[0]


@pytest.mark.parametrize(("method", "layer"), [("gradcam", None), ("layercam", "features.2"), ("randomcam", None)])
def test_an_explained_classification_runs_the_network_once(predictor, method, layer):
    seen = []
    lasting = predictor.model.features.register_forward_hook(lambda *_: seen.append(1))
    told = predictor.explain(flat(210), None, method, layer)
    lasting.remove()
    assert len(seen) == 1
    assert told.verdict == predictor.predict([flat(210)])[0]


def test_without_a_label_the_predicted_one_is_explained(predictor):
    assert [predictor.explain(flat(level)).label for level in (210, 40)] == [AI, REAL]


def test_threads_share_a_predictor(predictor):
    pictures = [flat(level) for level in range(0, 256, 16)]
    alone = [(predictor.predict([picture]), predictor.explain(picture, AI).heat) for picture in pictures]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda picture: (predictor.predict([picture]), predictor.explain(picture, AI).heat), pictures))
    for (verdicts, heat), (wanted_verdicts, wanted_heat) in zip(together, alone, strict=True):
        assert verdicts == wanted_verdicts
        np.testing.assert_array_equal(heat, wanted_heat)


def test_predicting_leaves_no_gradients_and_stays_in_eval_mode(predictor):
    predictor.predict([flat(210)])
    assert not predictor.model.training
    assert all(parameter.grad is None for parameter in predictor.model.parameters())


def test_weights_load_by_name_by_folder_and_as_a_run(bright: Path):
    run = bright.parent.parent / "runs" / "lamps-run"
    shutil.copytree(bright, run / "weights" / "best")
    loaded = [Predictor.load(spec, "cpu") for spec in ("bright", bright, str(run), "lamps-run")]
    assert [each.name for each in loaded] == ["bright", "bright", "lamps-run", "lamps-run"]
    assert len({each.predict([flat(100)])[0].probability for each in loaded}) == 1
    assert set(loaded[0].calibration.tables) == {"valid", "test"}


def test_weights_without_calibration_load_and_decide(bright: Path):
    (bright / "calibration.json").unlink()
    (verdict,) = Predictor.load("bright", "cpu").predict([flat(40)])
    assert verdict.verdict == "real"


@pytest.mark.parametrize("damage", ["{", '{"valid": {"bins": []}}', '{"valid": 3}'])
def test_a_damaged_calibration_is_told_in_one_line(bright: Path, damage: str):
    (bright / "calibration.json").write_text(damage)
    with pytest.raises(UserError) as caught:
        Predictor.load("bright", "cpu")
    assert "\n" not in str(caught.value)


def test_unknown_weights_are_answered_with_those_there_are(bright: Path):
    with pytest.raises(WeightsError, match="bright"):
        Predictor.load("brihgt")


def test_cuda_is_refused_where_there_is_none(bright: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert Predictor.load("bright", "auto").device.type == "cpu"
    with pytest.raises(UserError, match="choose auto or cpu"):
        Predictor.load("bright", "cuda")
