"""What the time machine costs: an epoch with it against the same epoch without it, on the clock and in processor time.

python -m benchmarks.time_machine [--model lenet5] [--images 400] [--epochs 4] [--size 0] [--frozen] [--threads 1]

One run on lab pictures. The clock is read before and after each recording, so what lies between two recordings is an epoch as
it is without one: training, validation, saving. What else the machine does strikes both alike. The first epoch warms up.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from detector.data.lab import LAB_MARKS, draw_lab
from detector.labels import AI, LABEL_NAMES, REAL
from detector.training import engine
from detector.training.config import TrainConfig
from detector.training.runs import create_run
from detector.training.time_machine import TimeMachine
from detector.training.time_machine_store import folder_of, read_watched


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="lenet5")
    parser.add_argument("--images", type=int, default=400, help="of both classes together")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--size", type=int, default=0, help="side of the picture (default: the network's own)")
    parser.add_argument("--frozen", action="store_true", help="train the last layer only")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["DETECTOR_HOME"] = temporary
        data = write_pictures(Path(temporary, "pictures"), arguments.images)
        config = TrainConfig(
            data=str(data),
            model=arguments.model,
            epochs=arguments.epochs,
            image_size=arguments.size,
            pretrained=False,
            freeze_backbone=arguments.frozen,
            device="cpu",
        )
        marks: list[tuple[float, float]] = []  # (clock, processor) before and after each recording
        record = TimeMachine.record

        def timed(machine: TimeMachine, epoch: int) -> None:
            marks.append((time.perf_counter(), time.process_time()))
            record(machine, epoch)
            marks.append((time.perf_counter(), time.process_time()))

        TimeMachine.record = timed  # type: ignore[method-assign]  # a clock around it, for this benchmark only
        run = create_run(config, "run")
        engine.fit(run)
        size = sum(file.stat().st_size for file in folder_of(run.folder).iterdir())
        count = len(read_watched(run.folder))
        images = run.about()["counts"]["train"]
    print(f"{arguments.model}, {sum(images.values())} training images, {count} pictures watched, frozen: {arguments.frozen}")
    for which, name in enumerate(("on the clock", "processor time")):
        values = [mark[which] for mark in marks]
        recording = [after - before for before, after in zip(values[2::2], values[3::2], strict=True)]
        epochs = [before - after for after, before in zip(values[1::2], values[2::2], strict=False)]
        own, rest = sum(recording) / len(recording), sum(epochs) / len(epochs)
        print(f"{name:15} an epoch without it {rest:8.3f} s, recording {own:8.3f} s, ratio with to without {1 + own / rest:.3f}")
    print(f"on disk: {size / 1024:.1f} kB for {arguments.epochs} epochs")


def write_pictures(folder: Path, count: int) -> Path:
    """Lab pictures, as many of each class."""
    for label in (REAL, AI):
        (folder / LABEL_NAMES[label]).mkdir(parents=True)
        for number in range(count // 2):
            picture = draw_lab(label, LAB_MARKS[0], np.random.default_rng([number, label]))[0]
            picture.save(folder / LABEL_NAMES[label] / f"{number:04}.png")
    return folder


if __name__ == "__main__":
    main()
