import numpy as np
import pytest
import torch
from torch import nn

from detector.explain.cam import explain, explain_signed
from detector.explain.occlusion import occlusion
from detector.labels import AI, REAL
from tests.explain.networks import noise, relative


class Corner(nn.Module):
    """Scores the squared contrast of the corner above left for AI, and the mean of the one below right against it."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        speaking = x[..., :8, :8].var(dim=(1, 2, 3))
        return (speaking - x[..., -8:, -8:].mean(dim=(1, 2, 3))).unsqueeze(1)


def checker(side: int = 32) -> torch.Tensor:
    rows = torch.arange(side)
    return ((rows[:, None] + rows[None, :]) % 2 * 2.0 - 1).expand(1, 3, side, side) + 0.5


def fall(model: nn.Module, x: torch.Tensor, **arguments: object) -> np.ndarray:
    return occlusion(model, x, model(x), lambda logits: logits[:, 0], **arguments)[0].numpy()


@pytest.mark.parametrize("fill", ["blur", "grey"])
def test_the_score_falls_where_the_evidence_is_hidden_and_nowhere_else(fill):
    heat = fall(Corner(), checker(), fill=fill)
    assert heat.shape == (8, 8)
    assert np.unravel_index(heat.argmax(), heat.shape) == (0, 0)
    assert heat[:2, :2].min() > 0
    np.testing.assert_allclose(heat[:5, 3:5], 0, atol=1e-5)


def test_hiding_what_speaks_against_a_class_raises_its_score():
    heat = fall(Corner(), checker(), fill="grey")
    assert np.unravel_index(heat.argmin(), heat.shape) == (7, 7)
    assert heat[7, 7] < 0


def test_each_place_gets_the_mean_fall_of_the_patches_that_hide_it():
    model, x = Corner(), checker()
    hidden = x.clone()
    hidden[..., :8, :8] = 0
    assert fall(model, x, fill="grey")[0, 0] == pytest.approx((model(x) - model(hidden)).item(), abs=1e-5)
    once = x.clone()
    once[..., :8, 4:12] = 0
    both = ((model(x) - model(hidden)) + (model(x) - model(once))).item() / 2
    assert fall(model, x, fill="grey")[0, 1] == pytest.approx(both, abs=1e-5)


def test_a_side_that_cells_do_not_divide_is_covered_to_its_edge():
    model, x = Corner(), noise(37)
    assert fall(model, x, cells=5)[4, 4] != 0


@pytest.mark.parametrize("name", ["svm", "lenet5"])
def test_networks_of_one_and_of_two_logits_are_occluded_alike(name):
    model, x = relative(name), noise(32)
    signed = {label: explain_signed(model, x, label, "occlusion") for label in (REAL, AI)}
    np.testing.assert_allclose(signed[REAL], -signed[AI], rtol=1e-4, atol=1e-5)
    assert np.abs(signed[AI]).max() > 0
    if name == "svm":
        np.testing.assert_array_equal(explain(model, x, REAL, "occlusion"), np.maximum(signed[REAL], 0))
