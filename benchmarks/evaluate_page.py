"""The page Evaluate with a million predictions: seconds of a first visit, of a slider move and of each view, and peak memory.

python -m benchmarks.evaluate_page [IMAGES]

The page runs as in the app's tests, without a browser, in a process of its own with an empty cache. The predictions are made up:
groups of four images, twelve generators, six folders, a fifth of the images for validation.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
RUN, GROUP, GENERATORS, FOLDERS = "many", 4, 12, 6
VIEWS = ("Curves", "Generators", "Base rate", "Training", "Overview")


def main() -> None:
    images = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as home:
        make_run(Path(home) / "runs" / RUN, images)
        command = [sys.executable, "-m", "benchmarks.evaluate_page", "--visit", RUN]
        done = subprocess.run(command, env={**os.environ, "DETECTOR_HOME": home}, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    found = json.loads(done.stdout.splitlines()[-1])
    print(f"{images:,} predictions: seconds by the clock, and of the processor")
    for name, (clock, processor) in found["seconds"].items():
        print(f"  {name:<34} {clock:8.2f} {processor:8.2f}")
    print(f"  {'peak memory':<34} {found['peak']:8.2f} GB")


def make_run(folder: Path, images: int) -> None:
    """A finished run's files, as far as the page reads them."""
    from detector.evaluation.predictions import write_predictions
    from detector.files import write_json
    from detector.training.config import TrainConfig

    random = np.random.default_rng(0)
    labels, generator = np.arange(images) % 2, random.integers(0, GENERATORS, images)
    kinship = np.repeat(random.normal(0, 0.5, -(-images // GROUP)), GROUP)[:images]
    scores = 1 / (1 + np.exp(-1.5 * ((2 * labels - 1) * (1.2 - 0.03 * generator) + kinship + random.normal(0, 1, images))))
    places = zip(labels, random.integers(0, FOLDERS, images), strict=True)
    frame = pd.DataFrame(
        {
            "path": [f"{('real', 'ai')[label]}/genre-{part}/{number:07}.jpg" for number, (label, part) in enumerate(places)],
            "label": labels,
            "generator": [f"generator-{each}" if label else "" for each, label in zip(generator, labels, strict=True)],
            "split": np.where(np.arange(images) < images // 5, "valid", "test"),
            "group": [f"g{number // GROUP}" for number in range(images)],
            "probability": scores,
        }
    )
    write_json(folder / "config.json", TrainConfig(model="lenet5", data=str(folder / "pictures")).to_dict())
    write_json(folder / "status.json", {"state": "finished"})
    write_predictions(folder / "predictions.csv", frame)


def visit(run: str) -> dict[str, object]:
    """Open the page, move the slider, look at each view: seconds by the clock and of the processor, and gigabytes at most."""
    from streamlit.testing.v1 import AppTest  # noqa: TID251

    times: dict[str, tuple[float, float]] = {}

    def timed(name: str, action: object) -> None:
        start, worked = time.perf_counter(), time.process_time()
        page = action()  # type: ignore[operator]
        times[name] = (time.perf_counter() - start, time.process_time() - worked)
        if page.exception:
            sys.exit(page.exception[0].message)

    for name in ("imports", "first visit, nothing cached"):  # the imports are paid by an empty workspace, as the server does
        page = AppTest.from_file(str(ROOT / "pages" / "evaluate.py"), default_timeout=300)
        page.query_params["run"] = run
        home = os.environ["DETECTOR_HOME"]
        os.environ["DETECTOR_HOME"] = home if name != "imports" else f"{home}/nothing"
        timed(name, page.run)
        os.environ["DETECTOR_HOME"] = home
    if not any(metric.label == "Images" for metric in page.metric):
        sys.exit("The page shows no numbers, so its seconds would say nothing.")
    timed("the same page again", page.run)
    timed("slider to 0.6", page.slider(key="threshold").set_value(0.6).run)
    timed("slider to 0.7", page.slider(key="threshold").set_value(0.7).run)
    timed("other images: validation", page.segmented_control(key="split").set_value("valid").run)
    timed("back to test images", page.segmented_control(key="split").set_value("test").run)
    for view in VIEWS:
        timed(f"view {view}, first", page.segmented_control(key="view").set_value(view).run)
        timed(f"view {view}, slider", page.slider(key="threshold").set_value(0.4 if page.slider[0].value > 0.5 else 0.6).run)
    return {"seconds": times, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--visit"]:
        print(json.dumps(visit(sys.argv[2])))
    else:
        main()
