import pytest
import torch
from torch.nn import functional as F

from detector.explain.cam import explain, explain_signed
from detector.labels import AI, REAL
from detector.models.frontends.dct import DctStatistics, dct_basis, ring_spectrum
from detector.models.frontends.median import median_difference
from detector.models.frontends.npr import npr
from detector.models.frontends.patches import Patches
from detector.models.frontends.residual_net import FRONTS
from detector.models.frontends.srm import srm_kernels
from detector.models.frontends.wavelet import wavelet
from detector.models.names import LOW_LEVEL, network
from detector.models.zoo import create_model, default_preprocess, default_size, pooled_features


@pytest.fixture
def x() -> torch.Tensor:
    return torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("name", LOW_LEVEL)
def test_every_front_end_is_listed_and_takes_crops_of_the_pixels_as_they_are(name, x):
    outputs = 1 if name == "dct" else 2
    model = create_model(name, num_outputs=outputs).eval()
    entry, look = network(name), default_preprocess(name, model)
    assert entry and sum(parameter.numel() for parameter in model.parameters()) == entry.parameters
    assert (look.resize, look.crops, look.size) == ("native", 5, default_size(name))
    with torch.no_grad():
        logits = model(x)
        assert torch.equal(logits, model.forward_head(model.forward_features(x)))
        torch.testing.assert_close(model.get_classifier()(pooled_features(model, x)), logits)
    assert logits.shape == (2, outputs)
    assert explain(model, x[:1]).ndim == 2


@pytest.mark.parametrize("name", FRONTS)
def test_a_flat_picture_leaves_nothing(name):
    front, channels = FRONTS[name]
    left = front(torch.full((1, 3, 16, 16), 0.3))
    assert left.shape[1] == channels
    torch.testing.assert_close(left, torch.zeros_like(left), atol=1e-6, rtol=0)


def test_npr_of_a_picture_scaled_up_by_copying_pixels_is_zero(x):
    doubled = F.interpolate(x, scale_factor=2, mode="nearest")
    assert not npr(doubled).any()
    assert npr(x).any()


def test_the_median_difference_forgets_an_edge_and_keeps_a_speck():
    picture = torch.zeros(1, 3, 9, 9)
    picture[..., 5:] = 1
    assert not median_difference(picture).any()
    picture[..., 2, 2] = 1
    assert median_difference(picture)[..., 2, 2].eq(1).all()
    assert median_difference(picture).count_nonzero() == 3


def test_wavelet_details_and_block_means_hold_all_of_the_energy(x):
    low = F.avg_pool2d(x, 2) * 2
    total = wavelet(x).square().sum() + low.square().sum()
    torch.testing.assert_close(total, x.square().sum())


def test_the_srm_bank_has_thirty_different_high_pass_kernels():
    kernels = srm_kernels()
    assert kernels.shape == (30, 1, 5, 5)
    assert len({tuple(kernel.flatten().tolist()) for kernel in kernels}) == 30
    torch.testing.assert_close(kernels.sum(dim=(1, 2, 3)), torch.zeros(30), atol=1e-6, rtol=0)


def test_the_block_transform_is_orthonormal():
    basis = dct_basis().flatten(1)
    torch.testing.assert_close(basis @ basis.T, torch.eye(64), atol=1e-6, rtol=0)


def test_the_finest_stripes_lie_on_the_outermost_ring_and_power_is_kept():
    stripes = torch.ones(1, 32, 32)
    stripes[..., ::2] = -1
    rings = ring_spectrum(stripes)[0]
    assert rings.argmax() == len(rings) - 1
    assert rings[:-1].sum() < 1e-6 * rings[-1]


def test_the_statistics_do_not_depend_on_where_things_are(x):
    model = DctStatistics().eval()
    blocks = model.features(x)[:, : 6 * 64]
    torch.testing.assert_close(blocks, model.features(x.roll((8, 16), dims=(2, 3)))[:, : 6 * 64])


@pytest.mark.parametrize(("field", "stride"), [(9, 4), (17, 4), (17, 8), (33, 4)])
def test_a_patch_sees_exactly_its_receptive_field(field, stride, x):
    model = Patches(2, field, stride).eval()
    assert (model.receptive_field, model.stride) == (field, stride)
    picture = x[:1].clone().requires_grad_()
    features = model.forward_features(picture)
    rows = (64 - field) // stride + 1
    assert features.shape[2:] == (rows, rows)
    (gradient,) = torch.autograd.grad(features[0, :, 1, 2].square().sum(), picture)
    touched = gradient[0].abs().sum(dim=0).nonzero()
    assert touched.min(dim=0).values.tolist() == [stride, 2 * stride]
    assert touched.max(dim=0).values.tolist() == [stride + field - 1, 2 * stride + field - 1]


@pytest.mark.parametrize("outputs", [1, 2])
def test_the_heat_map_of_a_patch_network_is_its_patch_logits(outputs, x):
    model = Patches(outputs, 9).eval()
    with torch.no_grad():
        logits = model.patch_logits(x[:1])
        torch.testing.assert_close(logits.mean(dim=(2, 3)), model(x[:1]))
    wanted = logits[0, 0] if outputs == 1 else logits[0, AI] - logits[0, REAL]
    heat = torch.from_numpy(explain_signed(model, x[:1])) * wanted.numel()  # Grad-CAM shares the logit out among the places
    bias = model.fc.bias.detach()
    constant = bias[0] if outputs == 1 else bias[AI] - bias[REAL]
    torch.testing.assert_close(heat + constant, wanted, atol=1e-4, rtol=1e-4)
