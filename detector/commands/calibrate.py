"""python -m detector calibrate: turn a detector's scores into probabilities, and choose when it says inconclusive."""

import argparse
import json
import sys
from pathlib import Path

from tqdm import tqdm

from detector.evaluation.left_out import LeftOut

EXAMPLES = """examples:
  python -m detector calibrate --weights my-detector --data photos/
  python -m detector calibrate --weights my-detector --data photos/ --alpha 0.05 --false-alarms 0.05 --json
  python -m detector calibrate --weights my-detector --left-out resnet18-art
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "calibrate", help="turn scores into probabilities, on validation images", description=__doc__, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument(
        "--weights", default="", help="a name, a weights folder, a run's name or folder (default: the default detector)"
    )
    parser.add_argument("--data", default="", help="a data set; its images of a test split take no part")
    parser.add_argument("--alpha", type=float, default=0.1, help="share of each class that a conformal set may miss (0.1)")
    parser.add_argument(
        "--false-alarms", type=float, default=0.0, metavar="SHARE",
        help="choose the threshold so that at most this share of real validation images is called AI-generated (0: it is 0.5)",
    )  # fmt: skip
    parser.add_argument(
        "--left-out", default="", metavar="NAME|FILE.json",
        help="keep what became of generators left out of training: the name of a leave-one-out, or a list of generator, n, "
        "found, missed, covered and auc",
    )  # fmt: skip
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Calibrate, note the generators left out, or both."""
    from detector.calibrate import calibrate_weights, note_left_out
    from detector.errors import UserError
    from detector.evaluation.left_out import found_share

    if not arguments.data and not arguments.left_out:
        raise UserError("Give --data with labelled images, --left-out with a table of generators, or both.")
    if not 0 <= arguments.false_alarms <= 0.5:
        raise UserError(f"--false-alarms is a share from 0 to 0.5, not {arguments.false_alarms:g}.")
    values = {}
    if arguments.data:
        with tqdm(unit="image", file=sys.stderr, disable=None) as bar:

            def show(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            found = calibrate_weights(
                arguments.weights, arguments.data, arguments.alpha, arguments.false_alarms, arguments.device, show
            )
        values = found.to_dict()
        if not arguments.json:
            print(
                f"{found.weights}: {found.kind} on {found.n} validation images of {found.data} ({found.left_out} others left "
                f"out). Calibration error {found.ece_before:.3f} before, {found.ece_after:.3f} after, on these very images. "
                f"Threshold {found.threshold:.3f}."
            )
    if arguments.left_out:
        rows = _rows(arguments.left_out)
        note_left_out(arguments.weights, rows)
        share, (low, high), n = found_share(rows)
        values["left_out_found"] = {"share": share, "interval": [low, high], "n": n, "generators": len(rows)}
        if not arguments.json:
            print(f"{len(rows)} generators left out, {share:.1%} ({low:.1%}–{high:.1%}) of their {n} images found.")
    if arguments.json:
        print(json.dumps(values))
    return 0


def _rows(source: str) -> tuple[LeftOut, ...]:
    from detector.errors import UserError
    from detector.evaluation.left_out import rows_from
    from detector.left_out_runs import rows_of_runs

    path = Path(source)
    if path.suffix != ".json":
        return rows_of_runs(source)
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read as JSON: {error}.") from error
    listed = values.get("left_out") if isinstance(values, dict) else values
    if not isinstance(listed, list) or not listed:
        raise UserError(f"{path} should hold a list of generators with n, found, missed and covered.")
    return rows_from(listed)
