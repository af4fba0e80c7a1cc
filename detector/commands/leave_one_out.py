"""python -m detector leave-one-out: train without each generator in turn, and test on the one that was left out."""

import argparse
import json
import sys

from tqdm import tqdm

from detector.training.config import TrainConfig
from detector.training.flags import add_flags, config_from
from detector.training.presets import PRESETS, preset_config
from detector.training.status import RunStatus

EXAMPLES = """examples:
  python -m detector leave-one-out --data photos/ --preset transfer
  python -m detector leave-one-out --data photos/ --model lenet5 --no-pretrained --epochs 15 --name small --json

Each generator is tested beside the same real images, which no run has seen. The runs are ordinary ones: those that are finished
are not trained again, so a command that was broken off goes on where it stopped.
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "leave-one-out", help="train without each generator, test on it", description=__doc__, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--preset", choices=PRESETS, help="start from these settings; other flags change them")
    parser.add_argument("--name", default="", help="what the runs' names begin with (default: model and data)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Train and test one run a generator and print the table with its mean and minimum."""
    from detector.errors import UserError
    from detector.evaluation.cross import MEASURES
    from detector.leave_one_out import leave_one_out

    base = preset_config(arguments.preset) if arguments.preset else TrainConfig()
    config = config_from(arguments, base)
    if config.leave_out:
        raise UserError("Each generator is left out in turn here: --leave-out is for python -m detector train.")
    shape = "{l_bar}{bar}| {n:.1f}/{total} generators [{elapsed}<{remaining}{postfix}]"
    with tqdm(file=sys.stderr, disable=None, bar_format=shape) as bar:

        def show(done: int, total: int, generator: str, status: RunStatus) -> None:
            bar.total, bar.n = total, round(done + status.share, 2)
            bar.set_postfix_str(f"without {generator}")

        try:
            matrix = leave_one_out(config, arguments.name, show)
        except KeyboardInterrupt:
            raise UserError("Stopped from the keyboard. The same command goes on where this one stopped.") from None
    for note in matrix.notes:
        print(f"note: {note}", file=sys.stderr)
    if arguments.json:
        print(json.dumps(matrix.to_dict()))
        return 0
    row = matrix.rows[0]
    print(f"{row}: trained on {matrix.trained_on[row]} without the generator that it is tested on")
    for name, title in MEASURES.items():
        print(f"  {title}, with its 95 % interval")
        for cell in matrix.cells:
            if name in cell.values:
                low, high = cell.intervals[name]
                counts = f"{cell.n_ai} AI-generated, {cell.n_real} real"
                print(f"    {cell.column:<30} {cell.values[name]:.3f} ({low:.3f}–{high:.3f})  {counts}")
        if found := matrix.of_row(row, name):
            print(f"    mean {found.mean:.3f}, lowest {found.lowest:.3f} on {found.where}")
    return 0
