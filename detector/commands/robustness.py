"""python -m detector robustness: what a detector still knows of pictures that were compressed, resized or otherwise changed."""

import argparse
import json
import sys
from typing import TYPE_CHECKING

from tqdm import tqdm

if TYPE_CHECKING:
    from detector.evaluation.robustness import Robustness

EXAMPLES = """examples:
  python -m detector robustness --weights my-detector --data photos/
  python -m detector robustness --weights faces --data photos/ --kinds jpeg,blur --images 400 --json

kinds: jpeg, resize, crop, blur, noise, darker, brighter, contrast, screenshot. Images that the weights were trained or chosen on
are left out. What was scored once is not scored again, so a test that was broken off goes on where it stopped.
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "robustness", help="measure a detector on changed pictures", description=__doc__, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument(
        "--weights", default="", help="a name, a weights folder, a run's name or folder (default: the default detector)"
    )
    parser.add_argument("--data", required=True, help="a folder with one sub-folder a class, a table, a set's name, or lab")
    parser.add_argument("--kinds", default="", help="which changes, with commas between them (default: all)")
    parser.add_argument("--images", type=int, default=200, metavar="N", help="at most so many, half of each class; 0 takes all")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Score the pictures with a progress bar and print recall and AUC at every strength."""
    from detector.errors import UserError
    from detector.evaluation.perturbations import chosen_kinds
    from detector.robustness import note_in_run, robustness

    kinds = chosen_kinds(arguments.kinds)
    if arguments.images < 0:
        raise UserError("--images should be a number of images, or 0 for all.")
    with tqdm(unit="image", file=sys.stderr, disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        found = robustness(
            arguments.weights, arguments.data, kinds=kinds, images=arguments.images, device=arguments.device, progress=show
        )
    note_in_run(arguments.weights, found)
    if arguments.json:
        print(json.dumps(found.to_dict()))
    else:
        _print(found)
    return 0


def _print(found: "Robustness") -> None:
    from detector.evaluation.perturbations import KINDS
    from detector.evaluation.robustness import MEASURES

    left_out = f" ({found.seen} known ones left out)" if found.seen else ""
    print(f"{found.weights} on {found.data}: {found.n_real} real and {found.n_ai} AI-generated images{left_out}, "
          f"threshold {found.threshold:.2f}")  # fmt: skip
    print("each with its 95 % interval, then the difference from the untouched pictures with its paired interval")
    for point in found.points:
        kind = KINDS.get(point.kind)
        print(f"  {kind.title} {kind.shown(point.strength)}" if kind else "  untouched")
        for name, number in point.numbers.items():
            change = f"   {number.change:+.3f} ({number.change_low:+.3f} … {number.change_high:+.3f})" if kind else ""
            print(f"    {MEASURES[name]:<20} {number.value:.3f} ({number.low:.3f}–{number.high:.3f}){change}")
