import pytest
import torch

from detector.models.precision import autocast, half_of


def gpu(monkeypatch: pytest.MonkeyPatch, has_bfloat16: bool) -> None:
    """As if there were a GPU: what torch says of it is all that is asked."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: has_bfloat16 or including_emulation)


@pytest.mark.parametrize("has_bfloat16", [True, False])
def test_a_gpu_computes_in_bfloat16_only_where_its_hardware_does(monkeypatch, has_bfloat16):
    gpu(monkeypatch, has_bfloat16)
    assert half_of("cuda") == (torch.bfloat16 if has_bfloat16 else None)
    assert half_of(torch.device("cuda", 1)) == half_of("cuda")


def test_a_cpu_computes_in_float32_even_beside_a_gpu(monkeypatch):
    gpu(monkeypatch, True)
    assert half_of("cpu") is None
    with autocast("cpu"):
        assert torch.nn.Linear(3, 2)(torch.ones(1, 3)).dtype == torch.float32


def test_a_device_that_is_not_there_gets_no_half(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert half_of("cuda") is None
