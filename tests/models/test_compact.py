import pytest
import torch

from detector.errors import WeightsError
from detector.models.compact import pack, unpack


@pytest.fixture
def tensors() -> dict[str, torch.Tensor]:
    random = torch.Generator().manual_seed(0)
    return {
        "linear.weight": torch.randn(64, 512, generator=random),
        "conv.weight": torch.randn(96, 32, 3, 3, generator=random),
        "linear.bias": torch.randn(64, generator=random),
        "norm.num_batches_tracked": torch.tensor(7),
    }


def size_of(tensors: dict[str, torch.Tensor]) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())


@pytest.mark.parametrize(("kind", "share", "error"), [("int8", 0.27, 1 / 254), ("float16", 0.51, 1 / 2048)])
def test_packing_saves_room_and_costs_a_bounded_rounding(tensors, kind, share, error):
    packed = pack(tensors, kind)
    back = unpack(packed)
    assert size_of(packed) <= share * size_of(tensors)
    assert back.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert back[name].dtype == tensor.dtype
        largest = tensor.abs().flatten(1).amax(dim=1) if tensor.ndim > 1 else tensor.abs()
        difference = (back[name] - tensor).abs().flatten(1).amax(dim=1) if tensor.ndim > 1 else (back[name] - tensor).abs()
        assert (difference <= error * largest * 1.001).all()
    assert torch.equal(back["linear.bias"], tensors["linear.bias"])


def test_weights_that_were_int8_once_are_packed_without_losing_a_bit(tensors):
    once = unpack(pack(tensors, "int8"))
    packed = pack(once, "lossless")
    assert packed["linear.weight"].dtype == torch.int8
    again = unpack(packed)
    assert all(torch.equal(again[name], once[name]) for name in once)


def test_weights_that_were_halves_once_are_packed_as_halves_and_others_stay(tensors):
    halves = tensors | {"linear.weight": tensors["linear.weight"].half().float()}
    packed = pack(halves, "lossless")
    assert packed["linear.weight"].dtype == torch.float16
    assert packed["conv.weight"].dtype == torch.float32
    assert all(torch.equal(tensor, halves[name]) for name, tensor in unpack(packed).items())


def test_a_row_of_zeros_stays_zero(tensors):
    tensors["linear.weight"][3] = 0
    assert not unpack(pack(tensors, "int8"))["linear.weight"][3].any()


@pytest.mark.parametrize("damage", ["missing", "short", "zero", "infinite", "halves"])
def test_damaged_scales_are_refused(tensors, damage):
    packed = pack(tensors, "int8")
    scale = packed.pop("linear.weight.scale")
    if damage == "short":
        packed["linear.weight.scale"] = scale[:-1]
    if damage == "zero":
        packed["linear.weight.scale"] = scale * 0
    if damage == "infinite":
        packed["linear.weight.scale"] = scale / 0
    if damage == "halves":
        packed["linear.weight.scale"] = scale.half()
    with pytest.raises(WeightsError, match=r"linear\.weight has no sound scale"):
        unpack(packed)


def test_plain_weights_with_a_tensor_called_scale_stay_as_they_are():
    plain = {"mean": torch.ones(3), "layer.scale": torch.ones(3)}
    assert unpack(plain).keys() == plain.keys()
