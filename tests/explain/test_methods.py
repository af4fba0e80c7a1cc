import subprocess
import sys

import pytest

from detector.explain.formulas import FORMULAS
from detector.explain.methods import METHODS, methods_for


@pytest.mark.parametrize(
    "name", ["vit_base_patch16_224", "vit_base_patch16_clip_quickgelu_224", "deit3_small_patch16_224", "test_vit2"]
)
def test_transformers_are_offered_attention(name):
    assert "attention" in methods_for(name)
    assert "attention" in methods_for("svm", backbone=name)


@pytest.mark.parametrize("name", ["resnet18", "svm", "lenet5", "vit_base_patch16_dinov3", "swin_tiny_patch4_window7_224"])
def test_networks_without_an_attention_to_draw_are_offered_everything_else(name):
    assert methods_for(name) == tuple(key for key in METHODS if key != "attention")


def test_the_usual_method_comes_first_and_the_control_last():
    for name in ("resnet18", "vit_base_patch16_224"):
        assert (methods_for(name)[0], methods_for(name)[-1]) == ("gradcam", "randomcam")


def test_every_method_of_two_tensors_is_listed_and_every_listed_one_has_words():
    assert set(FORMULAS) < set(METHODS)
    assert all(method.title and method.help.endswith(".") for method in METHODS.values())
    assert len({method.title for method in METHODS.values()}) == len(METHODS)


def test_occlusion_and_attention_read_no_layer_that_one_could_choose():
    assert [key for key, method in METHODS.items() if not method.layered] == ["occlusion", "attention"]


def test_listing_the_methods_loads_no_torch():
    program = "import sys, detector.explain.methods; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
