import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file, save_file

from detector import home
from detector.errors import UserError, WeightsError
from detector.models import library
from detector.models.weights import WeightsConfig, load_weights, save_weights
from detector.models.zoo import create_model, default_preprocess


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return create_model("lenet5", num_outputs=2).eval()


@pytest.fixture(autouse=True)
def places(tmp_path, monkeypatch):
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(home, "SHIPPED_WEIGHTS", tmp_path / "shipped")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def save(model):
    config = WeightsConfig("lenet5", 2, default_preprocess("lenet5", model))

    def saved(folder, card="# card\n"):
        save_weights(folder, model, config, card, {"valid": {}}, seen=["ab" * 32])
        return folder

    return saved


def names() -> list[str]:
    return [entry.name for entry in library.list_entries()]


def test_listing_loads_nothing_heavy():
    listing = "import sys; from detector.models.library import list_entries; list_entries()"
    code = f"{listing}; print({{'torch', 'timm', 'sklearn'}} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], cwd=home.REPOSITORY, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_an_empty_library_lists_nothing_and_has_no_default():
    assert library.list_entries() == []
    assert library.default_name() == ""
    with pytest.raises(WeightsError, match="The library is empty"):
        library.find_weights("faces")


def test_shipped_weights_come_first_and_entries_carry_settings_card_and_size(save):
    save(home.weights_folder() / "a")
    save(home.SHIPPED_WEIGHTS / "z", "# shipped\n")
    first, second = library.list_entries()
    assert (first.name, first.shipped, first.card) == ("z", True, "# shipped\n")
    assert (second.name, second.shipped, second.error) == ("a", False, "")
    assert second.config["architecture"] == "lenet5"
    assert second.megabytes == pytest.approx((second.folder / "model.safetensors").stat().st_size / 1e6)


def test_damaged_weights_are_listed_with_the_reason_and_the_others_stay(save):
    folder = home.weights_folder()
    save(folder / "good")
    cut = save(folder / "cut") / "model.safetensors"
    cut.write_bytes(cut.read_bytes()[:-10])
    (save(folder / "bare") / "model.safetensors").unlink()
    (save(folder / "torn") / "config.json").write_text("{")
    save(folder / "with space")
    (folder / "empty").mkdir()
    (folder / ".hidden").mkdir()
    (folder / "stray.txt").write_text("no folder")
    errors = {entry.name: entry.error for entry in library.list_entries()}
    assert errors.pop("good") == ""
    assert set(errors) == {"cut", "bare", "torn", "with space", "empty"}
    assert "damaged" in errors["cut"] and "missing" in errors["bare"]
    assert "JSON" in errors["torn"] and "cannot be read" in errors["empty"]
    assert "cannot be a name" in errors["with space"]
    assert library.default_name() == "good"


def test_weights_are_found_by_name_by_folder_and_by_run(save, places):
    mine, shipped = save(home.weights_folder() / "mine"), save(home.SHIPPED_WEIGHTS / "faces")
    best = save(home.runs_folder() / "first" / "weights" / "best")
    assert library.find_weights("mine") == mine
    assert library.find_weights("faces") == shipped
    assert library.find_weights("first") == best
    assert library.find_weights(str(mine)) == mine
    assert library.find_weights(str(home.runs_folder() / "first")) == best
    elsewhere = save(places / "elsewhere")
    assert library.find_weights("elsewhere").resolve() == elsewhere


@pytest.mark.parametrize("spec", ["nothing", "../mine", "/nowhere/at/all", "~nobody-of-this-name/x", "a\0b", "x" * 5000, "."])
def test_what_is_not_there_gives_one_line_with_the_names_there_are(save, spec):
    save(home.weights_folder() / "mine")
    with pytest.raises(WeightsError, match=r"There are: mine\.") as caught:
        library.find_weights(spec)
    assert len(str(caught.value)) < 400


def test_an_empty_name_asks_for_one(save):
    save(home.weights_folder() / "mine")
    with pytest.raises(WeightsError, match="Say which weights"):
        library.find_weights("")


def test_a_run_without_weights_says_when_they_come():
    folder = home.runs_folder() / "young"
    folder.mkdir(parents=True)
    (folder / "status.json").write_text("{}")
    with pytest.raises(WeightsError, match="The run young has no weights yet"):
        library.find_weights("young")


def test_a_run_can_be_kept_under_a_name_with_all_its_files(save):
    best = save(home.runs_folder() / "first" / "weights" / "best")
    (best / "checkpoint.pt").write_bytes(b"not for the library")
    (best / "novelty.safetensors").write_bytes(b"features")
    (best / "novelty.safetensors").write_bytes(b"what is unlike the training pictures")
    entry = library.save_as(best, "kept")
    assert entry.folder == home.weights_folder() / "kept"
    assert {path.name for path in entry.folder.iterdir()} == set(library.FILES)
    assert load_weights(entry.folder)[1].architecture == "lenet5"


def test_broken_weights_cannot_be_kept(save, places):
    (save(places / "broken") / "model.safetensors").write_bytes(b"")
    with pytest.raises(WeightsError, match="damaged"):
        library.save_as(places / "broken", "kept")
    assert names() == []


@pytest.mark.parametrize("taken", ["mine", "faces"])
def test_a_taken_name_is_refused_and_nothing_is_overwritten(save, taken, places):
    save(home.weights_folder() / "mine", "mine")
    save(home.SHIPPED_WEIGHTS / "faces", "shipped")
    source = save(places / "new", "new")
    for attempt in (
        lambda: library.save_as(source, taken),
        lambda: library.rename("mine", taken),
        lambda: library.import_file(source / "model.safetensors", "lenet5", taken),
    ):
        with pytest.raises(WeightsError, match=f"weights named {taken} already"):
            attempt()
    assert library.entry("mine").card == "mine"
    assert library.entry("faces").card == "shipped"


@pytest.mark.parametrize("name", ["../out", "a/b", "", ".hidden", "x" * 81, "a b"])
def test_a_name_that_is_no_folder_name_is_refused(save, places, name):
    source = save(places / "new")
    save(home.weights_folder() / "mine")
    for attempt in (lambda: library.save_as(source, name), lambda: library.rename("mine", name), lambda: library.delete(name)):
        with pytest.raises(UserError, match="cannot be a name"):
            attempt()
    assert names() == ["mine"]


def test_shipped_weights_cannot_be_renamed_or_deleted(save):
    save(home.SHIPPED_WEIGHTS / "faces")
    for attempt in (lambda: library.rename("faces", "other"), lambda: library.delete("faces")):
        with pytest.raises(WeightsError, match="faces ships with the app"):
            attempt()
    assert names() == ["faces"]


def test_deleting_leaves_nothing_behind(save):
    save(home.weights_folder() / "mine")
    library.delete("mine")
    assert list(home.weights_folder().iterdir()) == []
    with pytest.raises(WeightsError, match="no weights named mine"):
        library.delete("mine")


def test_the_default_is_the_chosen_one_and_follows_its_renaming(save):
    for name in ("b", "a"):
        save(home.weights_folder() / name)
    assert library.default_name() == "a"
    library.set_default("b")
    assert library.default_name() == "b"
    library.rename("b", "c")
    assert library.default_name() == "c"
    library.delete("c")
    assert library.default_name() == "a"
    with pytest.raises(WeightsError, match="no weights named c"):
        library.set_default("c")


@pytest.mark.parametrize(("cores", "best"), [(2, "strong"), (1, "light"), (None, "light")])
def test_without_a_choice_the_best_shipped_weights_that_the_machine_runs_well_are_the_default(save, monkeypatch, cores, best):
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    save(home.weights_folder() / "strong-of-mine")
    save(home.SHIPPED_WEIGHTS / "art")
    assert library.default_name() == "art"
    save(home.SHIPPED_WEIGHTS / "light")
    save(home.SHIPPED_WEIGHTS / "strong")
    assert library.default_name() == best
    (home.home() / "settings.json").write_text("{ damaged")
    assert library.default_name() == best


def test_an_imported_file_gives_the_same_logits(save, places, model):
    source = save(places / "source") / "model.safetensors"
    x = torch.linspace(-1, 1, 3 * 32 * 32).view(1, 3, 32, 32)
    for name, data in (("from-file", source), ("from-bytes", source.read_bytes())):
        entry = library.import_file(data, "lenet5", name)
        assert entry.error == ""
        loaded, config = load_weights(library.find_weights(name))
        assert config.preprocess.size == 32
        with torch.no_grad():
            assert torch.equal(loaded(x), model(x))


def test_an_import_that_fails_says_why_and_leaves_nothing_behind(save, places, model):
    source = save(places / "source") / "model.safetensors"
    torch.save(model.state_dict(), places / "model.pth")
    nan = load_file(source) | {"classifier.bias": torch.full((2,), float("nan"))}
    save_file(nan, places / "nan.safetensors")
    for data, architecture, outputs, words in (
        (places / "model.pth", "lenet5", 2, "can run code"),
        ((places / "model.pth").read_bytes(), "lenet5", 2, "can run code"),
        (source.read_bytes()[:-5], "lenet5", 2, "cut short"),
        (places / "nan.safetensors", "lenet5", 2, "not finite"),
        (source, "lenet5", 1, r"do not fit lenet5.*\(2, 84\) instead of \(1, 84\)"),
        (source, "cnn3", 2, "do not fit cnn3"),
        (source, "lenet7", 2, "no network named 'lenet7'"),
        (source, "svm", 1, "copy its whole folder"),
        (places / "nowhere.safetensors", "lenet5", 2, "cannot be read"),
    ):
        with pytest.raises(UserError, match=words):
            library.import_file(data, architecture, "imported", outputs)
    assert names() == []
    assert not home.weights_folder().exists()
