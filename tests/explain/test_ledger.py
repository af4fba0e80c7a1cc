import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from detector.data.preprocess import Preprocess
from detector.explain.faces import Face
from detector.explain.ledger import FEWEST_DRAWS, face_ledger, holm, map_shares, seen_regions
from detector.explain.ledger_words import row_sentence, shown_p
from detector.explain.perturb import log_odds, mirrored, smoothed
from detector.explain.regions import face_regions
from detector.labels import AI, REAL
from detector.models.weights_config import WeightsConfig
from detector.predict import Predictor

SIDE = 96
FACE = Face((20, 10, 76, 90), ((36, 38), (60, 38), (48, 52), (37, 62), (59, 62)), 1.0)
MASKS = face_regions(FACE, (SIDE, SIDE))


class Rough(nn.Module):
    """Reads how rough the picture is in one region, and nothing else: two logits."""

    def __init__(self, mask: np.ndarray, outputs: int = 2) -> None:
        super().__init__()
        self.mask, self.outputs = torch.from_numpy(mask), outputs

    def forward(self, x: Tensor) -> Tensor:
        rough = (x[:, :, 1:, 1:] - x[:, :, :-1, :-1]).abs().mean(1)
        score = 10 * (rough * self.mask[1:, 1:]).sum((1, 2)) / self.mask.sum()
        return score[:, None] if self.outputs == 1 else torch.stack([-score / 2, score / 2], 1)


def predictor(model: nn.Module) -> Predictor:
    return Predictor(model.eval(), WeightsConfig("lenet5", 2, Preprocess(size=SIDE)))


@pytest.fixture
def picture() -> Image.Image:
    pixels = np.random.default_rng(0).integers(60, 200, (SIDE, SIDE, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def test_the_region_that_the_network_reads_is_told_from_those_it_does_not(picture: Image.Image) -> None:
    heat = MASKS["mouth"].astype(np.float32)
    found = face_ledger(predictor(Rough(MASKS["mouth"])), picture, FACE, heat, (0, 0, SIDE, SIDE), AI)
    rows = {row.name: row for row in found.rows}
    assert rows["mouth"].share == pytest.approx(1) and rows["mouth"].ratio == pytest.approx(1 / rows["mouth"].area_share)
    assert rows["mouth"].effect_smooth < -0.5 and rows["mouth"].p_smooth <= 0.05
    assert "carries" in rows["mouth"].sentence and "more than smoothing random" in rows["mouth"].sentence
    assert rows["forehead"].p_smooth > 0.2 and abs(rows["forehead"].effect_smooth) < 0.05
    assert rows["forehead"].draws[0] < rows["mouth"].draws[0] == 199


def test_a_bright_place_that_changes_nothing_is_said_to_change_nothing(picture: Image.Image) -> None:
    heat = MASKS["forehead"].astype(np.float32)
    found = face_ledger(predictor(Rough(MASKS["mouth"])), picture, FACE, heat, (0, 0, SIDE, SIDE), AI, draws=40)
    row = next(row for row in found.rows if row.name == "forehead")
    assert row.ratio > 5
    assert row.sentence.startswith("The map is bright at the forehead") and "no more than" in row.sentence


def test_a_network_that_reads_the_whole_picture_alike_has_no_special_region(picture: Image.Image) -> None:
    found = face_ledger(
        predictor(Rough(np.ones((SIDE, SIDE), bool))),
        picture,
        FACE,
        np.zeros((3, 3), np.float32),
        (0, 0, SIDE, SIDE),
        AI,
        draws=60,
    )
    assert min(row.p_smooth for row in found.rows) > 0.05
    assert {row.ratio for row in found.rows} == {0.0} and all("the map is empty" in row.sentence.lower() for row in found.rows)
    assert min(min(row.draws) for row in found.rows) >= FEWEST_DRAWS


def test_effects_have_the_sign_of_the_label_and_the_ledger_repeats_itself(picture: Image.Image) -> None:
    heat, box = np.ones((4, 4), np.float32), (0, 0, SIDE, SIDE)
    detector = predictor(Rough(MASKS["mouth"], outputs=1))
    ai, again, real = (face_ledger(detector, picture, FACE, heat, box, label, draws=20) for label in (AI, AI, REAL))
    assert ai == again
    assert ai.rows[0].effect_smooth == pytest.approx(-real.rows[0].effect_smooth) != 0
    assert ai.score == pytest.approx(-real.score)


def test_progress_is_told_test_by_test_and_never_goes_back(picture: Image.Image) -> None:
    told: list[tuple[float, int]] = []
    heat, box, model = np.ones((4, 4), np.float32), (0, 0, SIDE, SIDE), predictor(Rough(MASKS["mouth"]))
    found = face_ledger(model, picture, FACE, heat, box, AI, draws=40, progress=lambda *each: told.append(each))
    done = [each for each, _ in told]
    assert done == sorted(done) and done[-1] <= 2 * len(found.rows)
    assert {total for _, total in told} == {2 * len(found.rows)}


def test_one_logit_and_two_give_the_same_log_odds(picture: Image.Image) -> None:
    x = torch.rand(3, 3, SIDE, SIDE)
    one, two = (log_odds(Rough(MASKS["mouth"], outputs), x) for outputs in (1, 2))
    assert np.allclose(one, two) and one.shape == (3,)


def test_shares_of_all_regions_sum_to_one_and_unseen_regions_are_left_out() -> None:
    heat = np.random.default_rng(0).random((7, 7)).astype(np.float32)
    assert sum(map_shares(heat, MASKS).values()) == pytest.approx(1)
    close = Face((0, 0, 96, 96), ((-40, -20), (136, -20), (48, 40), (-30, 130), (126, 130)), 1.0)
    assert "background" not in seen_regions(close, SIDE) and "nose_cheeks" in seen_regions(close, SIDE)


def test_smoothing_keeps_the_mean_and_flat_places_and_mirroring_keeps_the_rest() -> None:
    x = torch.rand(1, 3, 40, 40)
    flat = torch.full((1, 3, 40, 40), 0.3)
    assert torch.allclose(smoothed(flat, 3), flat, atol=1e-6)
    assert smoothed(x, 3).std() < x.std() / 3
    mask = np.zeros((40, 40), bool)
    mask[10:20, 5:15] = True
    flipped = mirrored(x, mask)
    assert torch.equal(flipped[..., 5:15], x[..., 5:15].flip(-1)) and torch.equal(flipped[..., 15:], x[..., 15:])


def test_holm_multiplies_the_smallest_by_all_and_never_falls() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == [1.0, 1.0]


@pytest.mark.parametrize(
    ("ratio", "p_smooth", "p_swap", "words"),
    [
        (2.1, 0.01, 1.0, "The mouth carries 2.1× its share of the map, and smoothing it moves the score more than"),
        (2.1, 0.4, 1.0, "The map is bright at the mouth (2.1× the share), but smoothing it moves the score no more than"),
        (0.5, 0.01, 1.0, "The map is not bright at the mouth (0.5× the share), yet smoothing it moves the score more than"),
        (0.5, 0.4, 1.0, "The mouth carries 0.5× its share of the map, and smoothing it moves the score no more than"),
        (0.5, 0.4, 0.02, "; swapping it with its mirror image does (p = 0.02)."),
        (0.5, 0.04, 0.02, "; swapping it with its mirror image also does (p = 0.02)."),
    ],
)
def test_a_sentence_says_what_the_map_claims_and_whether_the_score_agrees(
    ratio: float, p_smooth: float, p_swap: float, words: str
):
    assert words in row_sentence("mouth", ratio, p_smooth, p_swap)


def test_a_p_value_is_never_shown_as_zero() -> None:
    assert (shown_p(0.005), shown_p(0.04)) == ("p = 0.005", "p = 0.04")
