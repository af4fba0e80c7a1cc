import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors import _safetensors_rust

from detector.models.torchvision_compat import extension_loads

REPOSITORY = Path(__file__).parents[2]
DECLARED = "import torch, detector.models.torchvision_compat; print(hasattr(torch.ops.torchvision, 'nms'))"


def python(code: str, *first_on_the_path: Path) -> str:
    path = os.pathsep.join(str(folder) for folder in (*first_on_the_path, REPOSITORY))
    return subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture
def package(tmp_path) -> Path:
    """An installed torchvision as far as its folder goes."""
    folder = tmp_path / "torchvision"
    folder.mkdir()
    (folder / "__init__.py").touch()
    return folder


def loadable_library(folder: Path) -> None:
    shutil.copy(_safetensors_rust.__file__, folder / "_C.so")


def test_torchvision_can_be_imported_after_it():
    code = "import detector.models.torchvision_compat; from torchvision.transforms import v2; print(v2.CenterCrop(2).size)"
    assert python(code) == "(2, 2)"


def test_the_operators_are_declared_where_the_extension_does_not_load(package):
    (package / "_C.so").write_text("compiled for another torch")
    assert not extension_loads(package)
    assert python(DECLARED, package.parent) == "True"


def test_nothing_is_declared_where_the_extension_loads(package):
    loadable_library(package)
    assert extension_loads(package)
    assert python(DECLARED, package.parent) == "False"


def test_a_folder_without_an_extension_counts_as_not_loading(package):
    assert not extension_loads(package)


def test_operators_that_another_package_declared_are_left_alone():
    code = (
        "import torch; library = torch.library.Library('torchvision', 'DEF');"
        "library.define('nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor');"
        "import detector.models.torchvision_compat; print(torch.ops.torchvision.nms.default)"
    )
    assert python(code) == "torchvision.nms.default"
