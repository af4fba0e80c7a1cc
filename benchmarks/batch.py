"""Ten thousand pictures through a batch with kill -9 in the middle: `python -m benchmarks.batch`.

Prints that each was classified exactly once, images a second by wall clock and by processor time, and the worker's peak memory
for few pictures and for many, whose ratio says whether memory is bounded. Each worker is a process of its own.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from detector.batches.batch import Batch, create_batch
from detector.batches.plan import plan_for
from detector.batches.results import every_row
from detector.data.lab import draw_lab


def make_pictures(folder: Path, count: int, side: int, different: int = 500) -> None:
    """JPEGs of lab pictures, `different` of them drawn and the rest copied under other names."""
    folder.mkdir(parents=True)
    for number in range(count):
        file = folder / f"{number:05}.jpg"
        if number < different:
            picture, _ = draw_lab(number % 2, "checkerboard", np.random.default_rng([0, number]), side)
            picture.save(file, quality=90)
        else:
            shutil.copyfile(folder / f"{number % different:05}.jpg", file)


def run(batch: Batch, kill_at: int = 0) -> tuple[float, float, float]:
    """Run the worker, to its end or until so many results are there; seconds, seconds of processor time, and peak MB."""
    command = [sys.executable, "-m", "detector", "predict", "--batch", batch.name]
    begun = time.monotonic()
    worker = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while kill_at and batch.done() < kill_at:
        time.sleep(0.01)
    if kill_at:
        worker.send_signal(signal.SIGKILL)
    _, status, used = os.wait4(worker.pid, 0)
    if not kill_at and status:
        raise SystemExit(f"the worker ended with {status}: {batch.status().message}")
    return time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=1000)
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument("--side", type=int, default=64, help="of the pictures, in pixels")
    parser.add_argument("--weights", default="lab")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DETECTOR_HOME"] = str(Path(folder, "home"))
        batches = {}
        for count in (arguments.few, arguments.many):
            pictures = Path(folder, f"pictures-{count}")
            make_pictures(pictures, count, arguments.side)
            batches[count] = create_batch(f"of-{count}", plan_for([str(pictures)], arguments.weights))
        seconds, used, small = run(batches[arguments.few])
        print(f"{arguments.few:>7,} images: {seconds:.1f} s, {used:.1f} s of processor time, peak {small:,.0f} MB")

        batch = batches[arguments.many]
        _, _, first = run(batch, kill_at=arguments.many // 2)
        kept = list(every_row(batch.results_file))
        print(f"killed with {len(kept):,} whole results on disk, and the batch says: {batch.status().state}")
        with batch.results_file.open("ab") as file:
            file.write(b'{"path": "torn in the middle')
        seconds, used, second = run(batch)
        rows = list(every_row(batch.results_file))
        rest = len(rows) - len(kept)
        print(f"{rest:>7,} images after it: {seconds:.1f} s, {used:.1f} s of processor time, peak {second:,.0f} MB")
        print(f"{rest / seconds:.0f} images a second by the clock, {rest / used:.0f} by processor time, start included")
        times = Counter(Counter(row["path"] for row in rows).values())
        once = times == {1: arguments.many} and rows[: len(kept)] == kept
        print(f"each of {arguments.many:,} images classified exactly once: {'yes' if once else f'NO, {dict(times)}'}")
        print(f"memory for {arguments.many:,} against {arguments.few:,}: {max(first, second) / small:.2f} times")


if __name__ == "__main__":
    main()
