"""Seconds and peak memory of an audit of 1,000 and of 10,000 small pictures: `python -m benchmarks.audit_memory`.

Each is measured in a process of its own. Memory must be bounded: pictures are read and forgotten, and only rows of features stay.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from detector.data.audit import run_audit
from detector.data.folders import scan
from detector.labels import LABEL_NAMES


def make_pictures(folder: Path, count: int, side: int) -> None:
    """Noisy JPEGs, half of them for each class."""
    random = np.random.default_rng(0)
    for name in LABEL_NAMES:
        (folder / name).mkdir()
        for number in range(count // 2):
            pixels = random.integers(0, 256, (side, side, 3), np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{number:05}.jpg", quality=85)


def measure(count: int, side: int, most: int) -> dict[str, float]:
    """Scan and audit that many pictures; memory in MB at its highest, of this process."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DETECTOR_HOME"] = str(Path(folder) / "home")
        data = Path(folder) / "data"
        data.mkdir()
        make_pictures(data, count, side)
        manifest = scan(data)
        started = time.monotonic()
        audit = run_audit(manifest, most=most)
        seconds = time.monotonic() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"images": sum((audit.looked_at or {}).values()), "seconds": round(seconds, 1), "peak_mb": round(peak)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--side", type=int, default=64, help="of the pictures, in pixels")
    parser.add_argument("--most", type=int, default=5000, help="pictures of a class that are looked at")
    parser.add_argument("--one", type=int, default=0, help=argparse.SUPPRESS)  # measure this count here and print JSON
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure(arguments.one, arguments.side, arguments.most)))
        return
    peaks = []
    for count in arguments.counts:
        command = [sys.executable, "-m", "benchmarks.audit_memory", "--one", str(count)]
        command += ["--side", str(arguments.side), "--most", str(arguments.most)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        peaks.append(found["peak_mb"])
        print(f"{found['images']:>7,} images: {found['seconds']:>6.1f} s, peak {found['peak_mb']:,.0f} MB")
    print(f"memory of the largest against the smallest: {peaks[-1] / peaks[0]:.2f} times")


if __name__ == "__main__":
    main()
