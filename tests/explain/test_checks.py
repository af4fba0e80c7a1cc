"""On detectors whose evidence is known: they see how rough a picture is in one place, and nothing else."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from detector.data.preprocess import Preprocess
from detector.explain import checks
from detector.explain.cam import explain
from detector.explain.checks import check_map, check_picture
from detector.explain.controls import edge_map
from detector.explain.map_check import BETTER, NO_BETTER, UNCLEAR, Curves, MapCheck
from detector.explain.randomised import randomise
from detector.explain.stability import as_jpeg, rank_correlation
from detector.labels import AI, REAL
from detector.models.svm import FeatureSVM
from detector.models.zoo import create_model

SIDE = 32


class Corner(nn.Module):
    """Logits from the squares of a convolution, weighed by how near a place is to one above left."""

    def __init__(self, outputs: int = 2) -> None:
        super().__init__()
        self.outputs = outputs
        generator = torch.Generator().manual_seed(5)
        self.filters = nn.Parameter(torch.randn(4, 3, 3, 3, generator=generator))
        places = torch.arange(8.0)
        self.near = nn.Parameter(torch.exp(-((places[:, None] - 2) ** 2 + (places - 2) ** 2) / 3))

    def forward_features(self, x: torch.Tensor) -> torch.Tensor:
        return F.avg_pool2d(F.conv2d(x, self.filters, padding=1).square(), 4)

    def forward_head(self, features: torch.Tensor) -> torch.Tensor:
        ai = (features * self.near).mean(dim=(1, 2, 3)).unsqueeze(1)
        return ai if self.outputs == 1 else torch.cat([-ai, ai], dim=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.forward_head(self.forward_features(x))


def noise(seed: int = 0, side: int = SIDE) -> torch.Tensor:
    return torch.randn(1, 3, side, side, generator=torch.Generator().manual_seed(seed))


def truth() -> np.ndarray:
    return Corner().near.detach().numpy()


def hirescam(model: nn.Module, x: torch.Tensor) -> np.ndarray:
    return explain(model, x, AI, "hirescam")


@pytest.mark.parametrize("outputs", [1, 2])
def test_a_map_of_the_true_evidence_is_better_than_random(outputs):
    model, x = Corner(outputs).eval(), noise()
    found = check_map(model, x, hirescam(model, x), AI, draw=hirescam)
    assert found.badge == BETTER
    assert "more than 19 of 19 random maps" in found.sentence
    assert found.road > 0
    assert found.advantage > 0
    assert not found.edges_as_good
    assert min(found.flip, found.jpeg) > -1 and found.jpeg > 0.9


def test_the_evidence_turned_inside_out_is_not_to_be_read():
    found = check_map(Corner().eval(), noise(), 1 - truth(), AI)
    assert found.badge == NO_BETTER
    assert found.p_deletion == found.p_insertion == 1
    assert found.road < 0


def test_random_maps_seldom_pass_for_better(monkeypatch):
    monkeypatch.setattr(checks, "road", lambda *_: 0.0)  # half of the time, and no part of the badge
    model, badges = Corner().eval(), []
    for seed in range(40):
        coarse = torch.rand(1, 1, 4, 4, generator=torch.Generator().manual_seed(seed))
        heat = F.interpolate(coarse, size=8, mode="bilinear")[0, 0].numpy()
        badges.append(check_map(model, noise(seed), heat, AI, seed=seed, steps=4).badge)
    assert badges.count(BETTER) <= 4, "one in twenty is the rule"
    assert badges.count(NO_BETTER) >= 24


def test_a_flat_map_and_an_empty_one_are_no_better_than_random():
    model, x = Corner().eval(), noise()
    assert check_map(model, x, np.ones((8, 8), np.float32), AI).badge == NO_BETTER
    empty = check_map(model, x, np.zeros((8, 8), np.float32), AI, draw=hirescam)
    assert empty.badge == NO_BETTER
    assert empty.randomised == ()
    assert "the same everywhere" in empty.sentence


def test_a_map_for_the_label_without_evidence_is_told_so():
    found = check_map(Corner().eval(), noise(), truth(), REAL)
    assert found.badge == NO_BETTER
    assert "Removing the whole picture does not lower this score" in found.sentence


def test_a_map_that_does_not_depend_on_the_network_is_caught_by_random_weights():
    model, x = Corner().eval(), noise() * F.interpolate(torch.tensor(truth())[None, None], size=SIDE, mode="bilinear")

    def edges(_: nn.Module, x: torch.Tensor) -> np.ndarray:
        return edge_map(x, (8, 8))

    found = check_map(model, x, edges(model, x), AI, draw=edges)
    assert [value for _, value in found.randomised] == pytest.approx([1, 1, 1, 1])
    assert found.edges_as_good
    assert found.badge == UNCLEAR, "the edges lie where the evidence is, and yet explain no detector"
    assert "nearly the same map (rank correlation 1.00)" in found.sentence
    assert "edges" in found.sentence


def test_the_same_seed_gives_the_same_check_whatever_else_draws_numbers():
    model, x = Corner().eval(), noise()
    first = check_map(model, x, truth(), AI, draw=hirescam, seed=3)
    torch.rand(5)
    assert check_map(model, x, truth(), AI, draw=hirescam, seed=3) == first
    assert check_map(model, x, truth(), AI, draw=hirescam, seed=4).random != first.random


def test_threads_on_one_network_give_the_checks_of_a_single_thread():
    model = Corner().eval()

    def check(seed: int) -> MapCheck:
        return check_map(model, noise(seed), hirescam(model, noise(seed)), AI, draw=hirescam, steps=3, randoms=3)

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(check, range(4)))
    for seed, found in enumerate(together):
        assert found == check(seed)


def test_the_checked_network_keeps_its_weights_and_gets_no_hooks():
    model = create_model("lenet5").eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    check_map(model, noise(), np.eye(4, dtype=np.float32), AI, draw=lambda model, x: explain(model, x, AI))
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert not any(module._forward_hooks for module in model.modules())


def test_curves_start_at_the_picture_and_end_without_it():
    model, x = Corner().eval(), noise()
    found = check_map(model, x, truth(), AI, steps=4)
    whole = 2 * model(x)[0, AI].item()
    assert found.curves.deletion[0] == found.curves.insertion[-1] == pytest.approx(whole, rel=1e-5)
    assert found.curves.deletion[-1] == found.curves.insertion[0] == found.random[0].deletion[-1]
    assert len(found.curves.deletion) == 5
    assert len(found.random) == checks.RANDOM_MAPS


def test_a_vision_transformer_can_be_checked():
    torch.manual_seed(0)
    model = create_model("test_vit", image_size=48).eval()
    x = noise(side=48)

    def draw(model: nn.Module, x: torch.Tensor) -> np.ndarray:
        return explain(model, x, AI, "hirescam")

    found = check_map(model, x, draw(model, x), AI, draw=draw, steps=3, randoms=3)
    assert len(found.random) == 3
    assert all(-1 <= value <= 1 for _, value in found.randomised)


def test_random_weights_reach_further_down_with_each_stage():
    model = create_model("lenet5").eval()
    shares = []
    for share in (0.0, 0.5, 1.0):
        changed = randomise(model, share, (0,))
        pairs = zip(model.parameters(), changed.parameters(), strict=True)
        shares.append([not torch.equal(old, new) for old, new in pairs if old.ndim > 1])
    assert shares[0] == [False] * (len(shares[0]) - 1) + [True]
    assert sum(shares[0]) < sum(shares[1]) < sum(shares[2]) == len(shares[2])
    old, new = (torch.cat([p.flatten() for p in net.parameters()]) for net in (model, changed))
    assert torch.equal(old.sort().values, new.sort().values), "only the places of the values change"


def test_the_machine_of_an_svm_is_its_last_layer():
    model = FeatureSVM(create_model("lenet5"), features=84, support_vectors=6)
    model.support_vectors.normal_()
    changed = randomise(model, 0.0, (0,))
    assert not torch.equal(changed.support_vectors, model.support_vectors)
    assert all(torch.equal(a, b) for a, b in zip(model.backbone.parameters(), changed.backbone.parameters(), strict=True))


def test_rank_correlation_is_spearmans_and_zero_for_a_flat_map():
    one = np.array([[1, 2], [3, 4]], np.float32)
    assert rank_correlation(one, one**3) == pytest.approx(1)
    assert rank_correlation(one, -one) == pytest.approx(-1)
    assert rank_correlation(one, np.ones_like(one)) == 0
    assert rank_correlation(np.array([[1, 2, 2, 4]], np.float32), np.array([[1, 3, 2, 4]], np.float32)) == pytest.approx(
        0.9486833
    )


def test_a_slight_jpeg_changes_the_input_slightly():
    look = Preprocess(size=32, mean=(0.4, 0.5, 0.6), std=(0.2, 0.3, 0.4))
    x = (torch.linspace(0, 1, 32).expand(1, 3, 32, 32) - torch.tensor(look.mean).view(3, 1, 1)) / torch.tensor(look.std).view(
        3, 1, 1
    )
    saved = as_jpeg(x, look)
    assert 0 < (saved - x).abs().max() < 0.2


def curves(gain: float) -> Curves:
    return Curves((1, -gain / 2, 0), (0, gain / 2, 1))


def judged(better_than: int, of: int = 19, **values: object) -> MapCheck:
    random = [curves(-1.0)] * better_than + [curves(2.0)] * (of - better_than)
    return MapCheck(curves(1), tuple(random), curves(0), "blurred", **values)


def test_the_badge_follows_the_written_rule():
    assert judged(19).badge == BETTER
    assert judged(18).badge == UNCLEAR
    assert judged(15).badge == UNCLEAR
    assert judged(14).badge == NO_BETTER
    assert judged(19, randomised=(("all layers", 0.7),)).badge == UNCLEAR
    assert judged(19, randomised=(("all layers", 0.69),)).badge == BETTER
    only_deletion = replace(judged(19), random=(replace(curves(-1), insertion=(0, 1, 1)),) * 19)
    assert (only_deletion.p_deletion, only_deletion.p_insertion) == (0.05, 1)
    assert only_deletion.badge == UNCLEAR


def test_a_map_that_changes_in_a_mirror_is_told_so():
    assert "in a mirror (0.20)" in judged(19, flip=0.2, jpeg=0.9).sentence
    assert "changes" not in judged(19, flip=0.8, jpeg=0.9).sentence


@pytest.mark.parametrize("method", ["gradcam", "occlusion"])
def test_a_detector_checks_its_map_of_a_picture(bright, method):
    from detector.predict import Predictor
    from tests.conftest import flat

    predictor = Predictor.load("bright")
    found = check_picture(predictor, flat(210, (40, 30)), AI, method, steps=3)
    assert found.badge in (BETTER, UNCLEAR, NO_BETTER)
    assert (found.flip is None) == (method == "occlusion" or found.flat)
