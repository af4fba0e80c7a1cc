"""A workspace as a person may have it: two small detectors and a finished run, made in a moment and without training."""

import io
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from PIL import Image

from detector.data.preprocess import Preprocess
from detector.evaluation.calibration import score_table
from detector.evaluation.metrics import evaluate
from detector.evaluation.predictions import write_predictions
from detector.files import write_json
from detector.models.card import make_card
from detector.models.weights import WeightsConfig, save_weights
from detector.models.zoo import create_model
from detector.training.config import TrainConfig
from detector.training.runs import Run
from detector.training.status import RunStatus

RUN = "lenet-on-stripes"


def fill(home: Path) -> None:
    """Put the detectors "stripes" and "sketch", the run and the data set "blots" into an empty workspace."""
    random = np.random.default_rng(0)
    labels = np.arange(400) % 2
    scores = np.clip(0.5 + (labels - 0.5) * 0.5 + random.normal(0, 0.2, 400), 0, 1)
    metrics = evaluate(labels, scores).to_dict()
    tables = {split: score_table(labels, scores).to_dict() for split in ("valid", "test")}
    write_json(home / "settings.json", {"weights": "stripes"})  # the default, whatever ships with the app
    for name in ("stripes", "sketch"):
        _save(home / "weights" / name, name, metrics, tables)
    write_set(home / "data" / "blots", 60)
    run = Run(home / "runs" / RUN)
    _save(run.best_weights, RUN, metrics, tables)
    _write_run(run, labels, scores)


def write_set(folder: Path, count: int = 30) -> Path:
    """A data set with what data sets suffer from: real JPEGs against PNGs of two generators, two copies, a damaged file."""
    for number in range(count):
        for label, generator, kind in (("real", "", "JPEG"), ("ai", ("sd__", "dalle__")[number % 2], "PNG")):
            file = folder / label / f"{generator}{number:03}.{kind.lower()}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(scene(2 * number + (label == "ai"), (96, 72) if label == "real" else (80, 80), kind))
    (folder / "real" / "copy.jpeg").write_bytes((folder / "real" / "000.jpeg").read_bytes())
    (folder / "real" / "broken.jpeg").write_bytes((folder / "real" / "001.jpeg").read_bytes()[:200])
    return folder


def scene(seed: int, size: tuple[int, int], kind: str) -> bytes:
    """A picture of soft blots, its own in every seed: pictures of noise all look alike when they are small."""
    blots = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(blots).resize(size, Image.Resampling.BICUBIC).save(buffer, kind)
    return buffer.getvalue()


def picture(seed: int = 0, size: tuple[int, int] = (64, 48), kind: str = "PNG") -> bytes:
    """A noisy picture's file."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind)
    return buffer.getvalue()


def _save(folder: Path, name: str, metrics: dict[str, object], tables: dict[str, object]) -> None:
    torch.manual_seed(0)
    model = create_model("lenet5")
    with torch.no_grad():  # random weights of this size give scores on both sides of one half
        list(model.parameters())[-2].mul_(20)
    config = WeightsConfig("lenet5", 2, Preprocess(size=32), dataset="stripes", run=RUN, created="2024-05-01")
    card = make_card(
        name, asdict(TrainConfig(model="lenet5")), metrics, {"train": {"real": 200, "ai": 200}}, "python -m detector train"
    )
    save_weights(folder, model, config, card, tables)


def _write_run(run: Run, labels: np.ndarray, scores: np.ndarray) -> None:
    data = run.folder.parents[1] / "data" / "stripes"
    write_json(run.folder / "config.json", TrainConfig(model="lenet5", epochs=8, data=str(data)).to_dict())
    run.write_status(RunStatus(state="finished", epoch=8, epochs=8))
    run.note(created="2024-05-01T12:00:00+00:00", parameters=61_000)
    falling = [0.7 * 0.8**epoch for epoch in range(8)]
    run.write_metrics(
        [
            {
                "epoch": epoch + 1,
                "train_loss": loss,
                "train_accuracy": 1 - loss / 1.5,
                "valid_loss": loss + 0.05,
                "valid_accuracy": 0.95 - loss / 1.5,
                "valid_auc": 0.98 - loss / 2,
                "learning_rate": 1e-3,
                "seconds": 1.5,
            }
            for epoch, loss in enumerate(falling)
        ]
    )
    frame = pd.DataFrame({"path": [f"{('real', 'ai')[label]}/{i:03}.png" for i, label in enumerate(labels)], "label": labels})
    for number, path in enumerate(frame["path"]):
        (data / path).parent.mkdir(parents=True, exist_ok=True)
        (data / path).write_bytes(picture(number, (24, 24)))
    frame["generator"], frame["split"] = "", ["test", "valid"] * (len(labels) // 2)
    write_predictions(run.predictions_file, frame.assign(probability=scores, split=["valid"] * 200 + ["test"] * 200))
