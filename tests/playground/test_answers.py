from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from detector.explain.cam import explain_signed
from detector.models.inputs import normalise
from detector.models.zoo import create_model, default_size
from detector.playground.answers import MOST_KEPT, Known, answers, signed_maps
from detector.playground.mix import beyond, log_odds, mix, turning_weight
from detector.playground.planted import elsewhere, planted
from detector.playground.strengths import notches
from detector.playground.sweep import sweep
from detector.predict import Predictor
from tests.conftest import flat


@pytest.fixture
def detector(bright_folder: Path) -> Predictor:
    return Predictor.load(bright_folder, device="cpu")


def runs_of(detector: Predictor) -> list[int]:
    """Pictures a run, for each run of the network from now on."""
    seen: list[int] = []
    first = next(part for part in detector.model.modules() if not list(part.children()))
    first.register_forward_hook(lambda _, inputs, __: seen.append(len(inputs[0])))
    return seen


def test_an_answer_is_what_classify_says_of_the_same_picture(detector: Predictor) -> None:
    images = [flat(level, (50, 40)) for level in (40, 120, 210)]
    said = answers(detector, images, {})
    for image, answer, verdict in zip(images, said, detector.predict(images), strict=True):
        assert answer.verdict.verdict == verdict.verdict and answer.verdict.label == verdict.label
        assert answer.verdict.probability == pytest.approx(verdict.probability, abs=1e-5)
        alone = detector.explain(image, 1, signed=True)
        assert answer.heat is not None and np.allclose(answer.heat, alone.heat, atol=1e-4 * max(np.abs(alone.heat).max(), 1))
        assert answer.box == alone.box


def test_no_picture_goes_through_the_network_twice(detector: Predictor) -> None:
    known: Known = {}
    seen = runs_of(detector)
    sweep(detector, flat(100), "blur", known)
    strengths = len(notches("blur"))
    assert sum(seen) == strengths
    sweep(detector, flat(100), "blur", known)
    assert sum(seen) == strengths
    sweep(detector, flat(100), "jpeg", known)  # the untouched picture is known already
    assert sum(seen) == strengths + len(notches("jpeg")) - 1
    assert max(seen) > 8  # many strengths in one run


def test_what_is_remembered_is_bounded(detector: Predictor) -> None:
    known: Known = {f"old-{number}": (None, 0.0, None, "") for number in range(MOST_KEPT)}  # type: ignore[misc]
    answers(detector, [flat(60)], known)
    assert len(known) == MOST_KEPT and "old-0" not in known


@pytest.mark.parametrize("name", ["lenet5", "cnn3", "test_vit"])
def test_the_maps_of_a_batch_are_those_of_each_picture_alone(name: str) -> None:
    torch.manual_seed(0)
    model = create_model(name, num_outputs=1 if name == "cnn3" else 2).eval()
    side = default_size(name)
    x = torch.randn(3, 3, side, side)
    maps, logits = signed_maps(model, x)
    assert torch.allclose(logits, model(x), atol=1e-4)
    for number in range(3):
        alone = explain_signed(model, x[number : number + 1])
        assert np.allclose(maps[number].numpy(), alone, atol=1e-4 * max(float(np.abs(alone).max()), 1e-3))


def test_a_network_without_places_still_answers(detector: Predictor) -> None:
    class Flat(torch.nn.Module):
        def forward_features(self, x: torch.Tensor) -> torch.Tensor:
            return x.flatten(1)

        def forward_head(self, features: torch.Tensor) -> torch.Tensor:
            return features.mean(dim=1, keepdim=True)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.forward_head(self.forward_features(x))

    flat_detector = Predictor(Flat(), detector.config)
    (answer,) = answers(flat_detector, [flat(200)], {})
    assert answer.heat is None and "No heat map can be drawn" in answer.no_map
    view = normalise(detector.config.preprocess.array(flat(200))[None], detector.config.preprocess)
    assert answer.logit == pytest.approx(float(view.mean()), abs=1e-5)


def test_crops_are_averaged_as_classify_averages_them(bright_folder: Path) -> None:
    from dataclasses import replace

    plain = Predictor.load(bright_folder, device="cpu")
    look = replace(plain.config.preprocess, resize="shorter", crops=3)
    detector = replace(plain, config=replace(plain.config, preprocess=look))
    pixels = np.full((32, 96, 3), 40, np.uint8)
    pixels[:, 64:] = 220  # one end bright: its crop alone differs
    image = Image.fromarray(pixels)
    (answer,) = answers(detector, [image], {})
    assert answer.verdict.probability == pytest.approx(detector.predict([image])[0].probability, abs=1e-5)


def test_a_mixture_of_one_is_that_one_and_its_line_is_one_half() -> None:
    first, second = beyond(0.9, 0.7), beyond(0.2, 0.5)
    assert mix(first, second, 0).beyond == pytest.approx(first) and mix(first, second, 1).beyond == pytest.approx(second)
    assert mix(first, second, 0).is_ai and not mix(first, second, 1).is_ai
    turn = turning_weight(first, second)
    assert turn is not None and mix(first, second, turn).score == pytest.approx(0.5)
    assert turning_weight(first, 0.3) is None


def test_log_odds_have_an_end_even_for_a_certain_score() -> None:
    assert log_odds(1.0) == pytest.approx(-log_odds(0.0)) and log_odds(1.0) < 25
    assert mix(log_odds(1.0), 1e6, 0.5).score == pytest.approx(1)


def test_another_place_has_the_shape_of_the_mark_and_lies_elsewhere() -> None:
    mask = np.zeros((64, 64), np.uint8)
    mask[10:30, 8:26] = 255
    moved = np.asarray(elsewhere(Image.fromarray(mask)))
    assert moved.sum() == mask.sum() and not ((moved > 0) & (mask > 0)).any()


def test_the_shipped_lab_detector_reads_the_marks_and_not_other_places() -> None:
    told = planted(Predictor.load("lab", device="cpu"), pictures=8)
    assert told.n == 8 and told.found >= 6
    assert told.turned_mark >= told.found - 1 and told.turned_elsewhere <= 1
    assert told.moved_mark < told.moved_elsewhere - 1
    assert told.share is not None and told.share > told.area
