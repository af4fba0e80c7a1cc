"""What the time machine costs: epochs of the same run with and without it, in processor time and on the clock.

python -m benchmarks.time_machine [--model lenet5] [--images 400] [--epochs 4] [--size 0] [--frozen] [--threads 1]

Two runs on lab pictures, alike but for the setting; the first epoch of each warms up and is not counted. The share is what
recording adds to an epoch, from the recorder's own clock within the run that has it, so that what else the machine does
strikes both parts alike.
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
from detector.training.time_machine_store import folder_of


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
        spent: list[tuple[float, float]] = []
        record = TimeMachine.record

        def timed(machine: TimeMachine, epoch: int) -> None:
            clock, processor = time.perf_counter(), time.process_time()
            record(machine, epoch)
            spent.append((time.perf_counter() - clock, time.process_time() - processor))

        TimeMachine.record = timed  # type: ignore[method-assign]  # a clock around it, for this benchmark only
        run = create_run(config, "with")
        begun = time.process_time()
        engine.fit(run)
        total = time.process_time() - begun
        rows = run.metrics()[1:]
        epoch, own, processor = sum(row["seconds"] for row in rows), sum(s for s, _ in spent[1:]), sum(p for _, p in spent[1:])
        size = sum(file.stat().st_size for file in folder_of(run.folder).iterdir())
        begun = time.process_time()
        engine.fit(create_run(config.but(time_machine=False), "without"))
        without = time.process_time() - begun
    print(f"{arguments.model}, {arguments.images} images, {arguments.epochs} epochs, frozen: {arguments.frozen}")
    print(f"an epoch without it              {epoch / len(rows):8.3f} s")
    print(f"recording one epoch              {own / len(rows):8.3f} s, processor time {processor / len(rows):.3f} s")
    print(f"share added to an epoch          {own / epoch:8.3f}")
    print(f"whole run, processor time        {total:8.2f} s with, {without:.2f} s without")
    print(f"on disk                          {size / 1024:8.1f} kB for {arguments.epochs} epochs")


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
