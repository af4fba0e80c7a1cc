"""The library of weights: those that ship with the app and those saved or imported, each by its name."""

import os
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from detector import home
from detector.errors import UserError, WeightsError
from detector.files import read_json, write_json
from detector.models.atomic_folder import atomic_folder, remove_folder
from detector.models.licences import FILE as LICENCE_FILE
from detector.models.names import FITTED
from detector.models.weights_config import WeightsConfig, read_weights_config

FILES = ("config.json", "model.safetensors", "card.md", "calibration.json", "novelty.safetensors", "training_images.txt")


@dataclass(frozen=True)
class Entry:
    """Weights in the library. `config` is their WeightsConfig as a dictionary; `error` says why they cannot be used, if so."""

    name: str
    folder: Path
    shipped: bool
    config: dict[str, Any] = field(default_factory=dict)
    card: str = ""
    megabytes: float = 0.0
    error: str = ""


def list_entries() -> list[Entry]:
    """All weights, the shipped ones first, then by name; damaged ones are among them, with their `error`."""
    return [
        _read(folder, shipped)
        for place, shipped in ((home.SHIPPED_WEIGHTS, True), (home.weights_folder(), False))
        if place.is_dir()
        for folder in sorted(place.iterdir())
        if folder.is_dir() and not folder.name.startswith(".")
    ]


def entry(name: str) -> Entry:
    """The weights of that name; raises WeightsError, listing those there are, when there are none."""
    for place, shipped in ((home.SHIPPED_WEIGHTS, True), (home.weights_folder(), False)):
        if (place / home.checked_name(name)).is_dir():
            return _read(place / name, shipped)
    raise WeightsError(f"There are no weights named {name}. {_known()}")


def find_weights(spec: str) -> Path:
    """The folder of weights given by name in the library, as a weights folder, as a run's folder or as a run's name.

    A run stands for its best weights. Raises WeightsError, listing the names there are, when nothing is found.
    """
    if not spec:
        raise WeightsError(f"Say which weights to use. {_known()}")
    is_name = len(Path(spec).parts) == 1
    places = (home.SHIPPED_WEIGHTS, home.weights_folder(), home.runs_folder()) if is_name else ()
    try:
        for folder in (*(place / spec for place in places), Path(spec).expanduser()):
            if folder.is_dir() and (found := _weights_in(folder)):
                return found
    except (OSError, RuntimeError):  # a text that cannot be a path, or ~ of a user who does not exist
        pass
    raise WeightsError(f"There are no weights and no run at {spec[:200]!r}. {_known()}")


def save_as(source: Path, name: str) -> Entry:
    """Copy a weights folder, such as a run's best, into the library; raises WeightsError if it is broken or the name is taken."""
    target = _free(name)
    if error := _read(source, False).error:
        raise WeightsError(f"{source} cannot be saved in the library: {error}")
    with atomic_folder(target) as new:
        for file in (*FILES, LICENCE_FILE):
            if (source / file).is_file():
                shutil.copyfile(source / file, new / file)
    return entry(name)


def rename(name: str, new_name: str) -> Entry:
    """Give weights of the user's another name; raises WeightsError if they ship with the app or the name is taken."""
    folder, target = _own(name), _free(new_name)
    folder.rename(target)
    if _settings().get("weights") == name:
        set_default(new_name)
    return entry(new_name)


def delete(name: str) -> None:
    """Delete weights of the user's; raises WeightsError if they ship with the app."""
    remove_folder(_own(name))


def import_file(
    data: bytes | Path, architecture: str, name: str, num_outputs: int = 2, image_size: int = 0, resize: str = "auto"
) -> Entry:
    """Take a safetensors file with the weights of a network of the zoo into the library.

    Raises WeightsError for pickles, damaged files, weights that do not fit, and taken names; then nothing is left behind.
    """
    from detector.models.weights import check_fit, read_tensors, save_weights
    from detector.models.zoo import create_model, default_preprocess

    target = _free(name)
    if architecture in FITTED:
        raise WeightsError(
            f"{architecture} cannot be imported from one file, since its settings are in others: copy its whole folder."
        )
    with tempfile.TemporaryDirectory() as temporary:
        source = data if isinstance(data, Path) else Path(temporary, "upload.safetensors")
        if isinstance(data, bytes):
            source.write_bytes(data)
        tensors = read_tensors(source)
    model = create_model(architecture, num_outputs=num_outputs, image_size=image_size)
    check_fit(model, tensors, architecture)
    model.load_state_dict(tensors)
    look = default_preprocess(architecture, model, image_size, resize)
    config = WeightsConfig(architecture, num_outputs, look, image_size=image_size)
    card = f"# {name}\n\nImported weights for {architecture}. Their training data and their accuracy are unknown.\n"
    save_weights(target, model, config, card)
    return entry(name)


def default_name() -> str:
    """The weights to use when none are named, "" when there are none.

    They are the chosen default, else the best shipped ones that this machine runs well, else any.
    """
    usable = [found for found in list_entries() if not found.error]
    chosen = _settings().get("weights")
    if any(found.name == chosen for found in usable):
        return str(chosen)
    order = ("strong", "light", "faces") if (os.cpu_count() or 1) > 1 else ("light", "strong", "faces")
    rank = {name: place for place, name in enumerate(order)}
    first = min(usable, key=lambda found: (not found.shipped, rank.get(found.name, len(rank)), found.name), default=None)
    return first.name if first else ""


def set_default(name: str) -> None:
    """Use these weights when none are named; raises WeightsError if there are none of that name."""
    write_json(home.home() / "settings.json", {**_settings(), "weights": entry(name).name})


def _read(folder: Path, shipped: bool) -> Entry:
    """The entry in a folder. Of the tensors only the header is read, which is enough to notice a file that is cut short."""
    card, path = folder / "card.md", folder / "model.safetensors"
    text = card.read_text(encoding="utf-8", errors="replace") if card.is_file() else ""
    found = Entry(folder.name, folder, shipped, card=text)
    try:
        home.checked_name(folder.name)
        config = read_weights_config(folder).to_dict()
        with safe_open(path, framework="np"):
            return replace(found, config=config, megabytes=path.stat().st_size / 1e6)
    except (OSError, SafetensorError) as error:
        return replace(found, error=f"model.safetensors is missing or damaged: {error}.")
    except UserError as error:
        return replace(found, error=str(error))


def _weights_in(folder: Path) -> Path | None:
    """The folder itself if it holds weights, the best weights if it is a run; raises WeightsError for a run without any."""
    best = folder / "weights" / "best"
    if best.is_dir():
        return best
    if (folder / "status.json").is_file():
        raise WeightsError(f"The run {folder.name} has no weights yet: they come with its first finished epoch.")
    is_weights = any((folder / file).is_file() for file in FILES)  # if some are missing, loading says which
    return folder if is_weights else None


def _own(name: str) -> Path:
    found = entry(name)
    if found.shipped:
        raise WeightsError(f"{name} ships with the app and stays as it is: save it under another name to change it.")
    return found.folder


def _free(name: str) -> Path:
    """The folder for new weights; raises WeightsError if the name is taken in either place."""
    for place in (home.SHIPPED_WEIGHTS, home.weights_folder()):
        if (place / home.checked_name(name)).exists():
            raise WeightsError(f"There are weights named {name} already: choose another name.")
    return home.weights_folder() / name


def _settings() -> dict[str, Any]:
    """settings.json; damaged settings count as none, since they only hold a preference."""
    try:
        return read_json(home.home() / "settings.json")
    except UserError:
        return {}


def _known() -> str:
    names = [found.name for found in list_entries()]
    return f"There are: {', '.join(names)}." if names else "The library is empty: train a detector or import weights first."
