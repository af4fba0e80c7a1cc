import numpy as np
import pytest
import torch
from torch import nn

from detector.errors import UserError
from detector.explain.attention import attention_map, see_attention
from detector.explain.cam import explain
from detector.labels import AI, REAL
from tests.explain.networks import VIT, filled, noise, relative, timm


def vit(**arguments: object) -> nn.Module:
    return filled(timm.create_model("vit_base_patch16_224", num_classes=2, **(VIT | arguments)))


@pytest.mark.parametrize(
    "arguments",
    [{}, {"qk_norm": True}, {"scale_attn_norm": True}, {"reg_tokens": 4}, {"init_values": 1e-1}, {"global_pool": "avg"}],
)
def test_attention_by_hand_leads_to_the_networks_own_logits(arguments):
    model, x = vit(**arguments), noise(48)
    seen = see_attention(model, x)
    prefix = model.num_prefix_tokens
    assert seen.features.shape == (1, 3, prefix + 9, prefix + 9)
    torch.testing.assert_close(seen.features.sum(dim=-1), torch.ones(1, 3, prefix + 9))
    with torch.no_grad():
        torch.testing.assert_close(seen.logits, model(x), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["vit_base_patch16_clip_quickgelu_224", "vit_small_patch14_reg4_dinov2"])
def test_clip_and_dino_have_a_map_of_their_patches(name):
    model = filled(timm.create_model(name, num_classes=2, **(VIT | {"img_size": 42 if "14" in name else 48})))
    heat = explain(model, noise(42 if "14" in name else 48), AI, "attention")
    assert heat.shape == (3, 3)
    assert heat.max() > 0


def test_the_map_adds_what_raised_the_score_over_heads_and_readers():
    weights = torch.tensor([[[[0.2, 0.3, 0.5]] * 3, [[0.1, 0.1, 0.8]] * 3]])
    gradients = torch.zeros(1, 2, 3, 3)
    gradients[0, 0, 0] = torch.tensor([5.0, 1.0, -1.0])  # the first token reads the second to the good of the score
    gradients[0, 1, 2] = torch.tensor([0.0, 0.0, 2.0])
    network = nn.Module()
    network.num_prefix_tokens = 2
    assert attention_map(network, weights, gradients, noise(16)).tolist() == [[[pytest.approx(0.8)]]]
    network.num_prefix_tokens = 1
    with pytest.raises(UserError):  # two patches are no square
        attention_map(network, weights, gradients, noise(16))


def test_what_the_class_token_reads_decides_the_map():
    model, x = vit(depth=1), noise(48)
    heats = [explain(model, x, label, "attention") for label in (REAL, AI)]
    assert not np.allclose(*heats), "it explains a class"
    seen = see_attention(model, x)
    (gradients,) = torch.autograd.grad(seen.logits[0, AI], seen.features)
    assert gradients[:, :, 1:].abs().max() == 0, "only the class token reads for the score"
    by_hand = (seen.features * gradients).detach().relu().mean(dim=1)[0, 0, 1:].reshape(3, 3)
    np.testing.assert_allclose(heats[AI], by_hand, rtol=1e-5)


@pytest.mark.parametrize("name", ["lenet5", "swin_tiny_patch4_window7_224", "svm"])
def test_a_network_without_such_attention_is_refused_in_one_line(name):
    with pytest.raises(UserError, match=r"^A \w+ has no attention that can be drawn: choose another method, such as gradcam.$"):
        explain(relative(name), noise(64 if name.startswith("swin") else 32), AI, "attention")
