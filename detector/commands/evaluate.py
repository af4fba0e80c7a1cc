"""python -m detector evaluate: how right a detector is on a folder of images with known classes."""

import argparse
import json
import sys
from typing import Any

from tqdm import tqdm

EXAMPLES = """examples:
  python -m detector evaluate --weights my-detector --data photos/
  python -m detector evaluate --weights workspace/runs/lenet5-lab --data lab --unseen --json
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "evaluate", help="measure a detector on labelled images", description=__doc__, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument(
        "--weights", default="", help="a name, a weights folder, a run's name or folder (default: the default detector)"
    )
    parser.add_argument("--data", required=True, help="a folder with one sub-folder a class, or lab")
    parser.add_argument("--unseen", action="store_true", help="leave out images that these weights were trained or chosen on")
    parser.add_argument(
        "--out", metavar="FILE.csv", help="also write the predictions: path, label, generator, split, group, probability"
    )
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Score every readable image of the folder and print the metrics."""
    from detector.evaluate import evaluate_folder
    from detector.evaluation.caution import cautions

    with tqdm(unit="image", file=sys.stderr, disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        report = evaluate_folder(
            arguments.weights, arguments.data, unseen_only=arguments.unseen, device=arguments.device, progress=show
        )
    if arguments.out:
        from pathlib import Path

        from detector.evaluation.predictions import write_predictions

        write_predictions(Path(arguments.out), report.predictions)
    values = report.to_dict()
    for problem in report.problems:
        print(f"left out {problem.path}: {problem.reason}", file=sys.stderr)
    if report.seen and not arguments.unseen:
        print(
            f"warning: {report.seen} of {values['n']} images were used to train or choose these weights, "
            "so these numbers flatter; --unseen leaves them out.",
            file=sys.stderr,
        )
    for words in cautions(report.metrics):
        print(f"caution: {words}", file=sys.stderr)
    if arguments.json:
        print(json.dumps(values))
    else:
        _print(values)
    return 0


def _print(values: dict[str, Any]) -> None:
    from detector.evaluation.terms import ALIASES, TERMS

    groups = f" in {values['groups']} groups" if values["groups"] < values["n"] else ""
    print(f"{values['weights']} on {values['data']}: {values['n']} images{groups}, threshold {values['threshold']:.2f}")
    for name in (*TERMS, *ALIASES):
        low_high = values["intervals"].get(name)
        interval = f"  (95 %: {low_high[0]:.3f}–{low_high[1]:.3f})" if low_high else ""
        value = "none: only one class" if values[name] is None else f"{values[name]:.3f}"
        print(f"  {name:<18} {value}{interval}")
    print(f"  {'':<18} called real  called AI")
    for name, (as_real, as_ai) in zip(("truly real", "truly AI"), values["confusion_matrix"], strict=True):
        print(f"  {name:<18} {as_real:>11}  {as_ai:>9}")
