"""python -m detector equalise: a copy of a data set in which both classes have one size and one JPEG compression."""

import argparse
import json
import sys

from tqdm import tqdm

from detector.errors import UserError

EXAMPLES = """examples:
  python -m detector equalise photos/ --out photos-alike
  python -m detector equalise photos/ --rule resize --side 224 --out photos-224 --json
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "equalise", help="write a copy with one size and compression for both classes", description=__doc__, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("data", metavar="DIR", help="a folder with one sub-folder a class, a CSV table, or lab")
    parser.add_argument(
        "--out", required=True, metavar="NAME", help="the copy's name: it is written to data/NAME in the workspace"
    )
    parser.add_argument(
        "--rule",
        default="crop",
        choices=("crop", "resize"),
        help="crop cuts a native square out of the middle and keeps the pixels' traces; resize keeps more of the picture",
    )
    parser.add_argument(
        "--side",
        type=int,
        default=0,
        help="side in pixels (default: what nearly all pictures of both classes reach, 512 at most)",
    )
    parser.add_argument("--qualities", default="75-95", metavar="LOW-HIGH", help="range of JPEG qualities (default: 75-95)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Read the data set, write the copy, and print where it is."""
    from detector.data.equalise import Equalise, default_side, scaled_up
    from detector.data.equalised_copy import write_equalised
    from detector.data.folders import open_data
    from detector.data.staging import free_name

    folder, qualities = free_name(arguments.out), _qualities(arguments.qualities)
    Equalise(arguments.rule, arguments.side or 256, qualities)  # a mistake is told before anything is read
    with tqdm(unit="image", file=sys.stderr, disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        bar.set_description("reading")
        manifest = open_data(arguments.data, show)
        equalise = Equalise(arguments.rule, arguments.side or default_side(manifest.items), qualities)
        bar.reset()
        bar.set_description("writing")
        problems = write_equalised(manifest, equalise, folder, show)
    for problem in (*manifest.problems, *problems):
        print(f"left out {problem.path}: {problem.reason}", file=sys.stderr)
    values = {
        "name": folder.name,
        "folder": str(folder),
        "rule": equalise.rule,
        "side": equalise.side,
        "qualities": list(equalise.qualities),
        "images": len(manifest.items) - len(problems),
        "scaled_up": scaled_up(manifest.items, equalise.side),
        "left_out": len(manifest.problems) + len(problems),
    }
    if arguments.json:
        print(json.dumps(values))
        return 0
    print(f"{values['images']:,} images, {equalise.side} × {equalise.side} pixels by {equalise.rule}: {folder}")
    if values["scaled_up"]:
        print(f"{values['scaled_up']:,} of them were smaller and have been scaled up: a smaller --side avoids that.")
    return 0


def _qualities(text: str) -> tuple[int, int]:
    """The range in "75-95"; a single number is a range of one."""
    low, _, high = text.partition("-")
    try:
        return int(low), int(high or low)
    except ValueError:
        raise UserError(f"--qualities should be two numbers like 75-95, not {text!r}.") from None
