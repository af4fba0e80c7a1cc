from pathlib import Path

import pytest
import torch

from detector import home
from detector.__main__ import main
from detector.models.weights import load_weights, seen_hashes


def test_weights_are_kept_under_a_name_and_packed(bright: Path, capsys):
    assert main(["save", "bright", "--name", "small", "--compact", "int8"]) == 0
    said = capsys.readouterr().out
    assert "Kept as small" in said
    assert "sample images changed by more than" in said
    small, before = home.weights_folder() / "small", home.weights_folder() / "bright"
    assert load_weights(small)[1].compact == "int8"
    assert (small / "model.safetensors").stat().st_size < (before / "model.safetensors").stat().st_size
    assert {file.name for file in small.iterdir()} == {file.name for file in before.iterdir()}
    assert seen_hashes(small) == seen_hashes(before)
    x = torch.rand(2, 3, 32, 32)
    with torch.no_grad():
        torch.testing.assert_close(load_weights(small)[0](x), load_weights(before)[0](x), atol=0.2, rtol=0)


def test_without_a_wish_they_are_copied_as_they_are(bright: Path, capsys):
    assert main(["save", "bright", "--name", "twin"]) == 0
    assert "Packed" not in capsys.readouterr().out
    twin, before = (home.weights_folder() / name / "model.safetensors" for name in ("twin", "bright"))
    assert twin.read_bytes() == before.read_bytes()


@pytest.mark.parametrize("words", [["bright", "--name", "bright"], ["nothing", "--name", "new"], ["bright", "--name", "a/b"]])
def test_taken_names_and_missing_weights_are_one_clear_line(bright: Path, words, capsys):
    assert main(["save", *words]) != 0
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
