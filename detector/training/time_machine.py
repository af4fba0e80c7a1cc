"""Time machine: after every epoch, a few pictures are shown to the network as it is then, and score and map are kept.

They are the pinned images, or the first few of validation where none is pinned. What goes wrong here never costs a run.
"""

import logging
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from detector.data.images import open_image, thumbnail
from detector.data.manifest import Item
from detector.errors import UserError
from detector.evaluation.pins import list_pins
from detector.explain.cam import margin
from detector.explain.features import Seen, as_grid, base, see
from detector.explain.formulas import FORMULAS
from detector.files import atomic_path, write_json
from detector.labels import AI, REAL
from detector.models.inputs import normalise
from detector.models.logits import probability_ai
from detector.training.config import TrainConfig
from detector.training.images import TrainingImages
from detector.training.runs import Run
from detector.training.time_machine_store import Heat, Moment, Watched, append_moment, cut_after, folder_of, levels, read_watched

MOST = 8
SIDE = 640
"""Longest side in pixels of the whole picture that is kept to be looked at."""

log = logging.getLogger(__name__)


@dataclass(eq=False)
class TimeMachine:
    """The views of the watched pictures, one (1, S, S, 3) a picture, and the network that is shown them.

    `kept` holds features where the backbone is frozen: then they never change, and only the last layer is asked.
    """

    run: Run
    model: nn.Module
    images: TrainingImages
    views: list[Tensor]
    frozen: bool
    kept: dict[int, Seen] = field(default_factory=dict)
    on: bool = True

    def record(self, epoch: int) -> None:
        """Keep what the network says now; at the first thing that goes wrong, note it in the log and stop recording."""
        if not self.on:
            return
        self.model.eval()
        try:
            said = [self._say(number) for number in range(len(self.views))]
            maps = tuple(None if heat is None else levels(heat) for _, heat in said)
            append_moment(self.run.folder, Moment(epoch, tuple(score for score, _ in said), maps))
        except Exception as error:  # a run of hours is not to fail for something to look at
            log.warning("the time machine stopped at epoch %d: %s", epoch, error)
            self.on = False

    def _say(self, number: int) -> tuple[float, Heat | None]:
        """The score of a picture, and the map of what speaks for AI-generated and for real, None for a network without one."""
        device = next(self.model.parameters()).device
        x = normalise(self.views[number].to(device), self.images.preprocess)
        try:
            seen = self._see(number, x)
        except UserError:
            with torch.no_grad():
                return probability_ai(self.model(x)).item(), None
        with torch.enable_grad():
            (gradients,) = torch.autograd.grad(margin(seen.logits, AI).sum(), seen.features)
        score, network = probability_ai(seen.logits.detach()).item(), base(self.model)
        try:
            heat = FORMULAS["gradcam"](as_grid(network, seen.features.detach(), x), as_grid(network, gradients, x))
        except UserError:
            return score, None
        return score, heat[0].float().cpu().numpy()

    def _see(self, number: int, x: Tensor) -> Seen:
        if not self.frozen:
            return see(self.model, x)
        if number not in self.kept:
            self.kept[number] = see(self.model, x)
        known = self.kept[number]
        with torch.enable_grad():
            return Seen(known.features, known.head(known.features), known.head)


def open_time_machine(run: Run, config: TrainConfig, model: nn.Module, images: TrainingImages, epochs: int) -> TimeMachine | None:
    """The time machine of a run that goes on after so many epochs; None when it is switched off or cannot be had.

    A resumed run goes on with the pictures it began with, whatever has been pinned since.
    """
    if not config.time_machine:
        return None
    try:
        watched = read_watched(run.folder) or _choose(run, images)
        if not watched:
            return None
        views = [_view(folder_of(run.folder) / f"{number}.png") for number in range(len(watched))]
        cut_after(run.folder, epochs)
    except Exception as error:  # as above
        log.warning("there will be no time machine: %s", error)
        return None
    return TimeMachine(run, model, images, views, config.freeze_backbone)


def _choose(run: Run, images: TrainingImages) -> tuple[Watched, ...]:
    """Choose the pictures and keep them with the run; the description last, so that it is never there alone."""
    splits = {item.sha256: item.split for item in images.manifest.items}
    candidates = [
        (pin.file, pin.sha256, pin.name, pin.label, "pin", splits.get(pin.sha256, "")) for pin in list_pins()[:MOST]
    ] or [
        (images.manifest.path(item), item.sha256, Path(item.path).name, item.label, "validation", item.split)
        for item in _first(images.items("valid"))
    ]
    found: list[Watched] = []
    for file, sha256, name, label, source, split in candidates:
        try:
            image = open_image(file, sha256)
        except UserError as error:
            log.warning("a picture is left out of the time machine: %s", error)
            continue
        _keep(folder_of(run.folder), len(found), image, images)
        left, top, right, bottom = images.preprocess.box(*image.size)
        box = (left / image.width, top / image.height, right / image.width, bottom / image.height)
        found.append(Watched(sha256, name, label, source, split, box))
    values: dict[str, Any] = {"pictures": [asdict(each) for each in found]}
    write_json(folder_of(run.folder) / "about.json", values)
    return tuple(found)


def _first(items: tuple[Item, ...]) -> list[Item]:
    """As many of each class, by their hash, so that the choice depends on no order and no name; classes in turn."""
    ranked = sorted(items, key=lambda item: (item.sha256, item.path))
    real, ai = ([item for item in ranked if item.label == label][: MOST // 2] for label in (REAL, AI))
    return [item for pair in zip(real, ai, strict=False) for item in pair]


def _keep(folder: Path, number: int, image: Image.Image, images: TrainingImages) -> None:
    with atomic_path(folder / f"{number}.png") as temporary:
        images.preprocess.view(image).save(temporary, "PNG")
    with atomic_path(folder / f"{number}.jpg") as temporary:
        temporary.write_bytes(thumbnail(image, SIDE))


def _view(file: Path) -> Tensor:
    with Image.open(file) as image:
        return torch.from_numpy(np.array(image.convert("RGB"))).unsqueeze(0)
