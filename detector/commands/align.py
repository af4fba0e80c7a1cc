"""python -m detector align: matched fakes. Real pictures beside the same pictures made anew, alike in everything else."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from detector.errors import UserError

if TYPE_CHECKING:
    from detector.data.manifest import Manifest

EXAMPLES = """examples:
  python -m detector align photos --out photos-matched
  python -m detector align photos --out photos-matched --operators srgan,autoencoder-8 --rule crop --side 256
  python -m detector align photos --train autoencoder-4 --steps 2000 --out my-autoencoder.safetensors
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "align", help="make fakes that differ from real pictures in nothing but their making", description=__doc__,
        epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument(
        "data", metavar="DIR", help="a folder with one sub-folder a class, a CSV table, or lab; only its real pictures are used"
    )
    parser.add_argument(
        "--out", required=True, metavar="NAME", help="the new data set's name: it is written to data/NAME in the workspace"
    )
    parser.add_argument("--operators", default="all", metavar="A,B", help="which make the fakes, in turn (default: all)")
    parser.add_argument(
        "--rule", default="resize", choices=("crop", "resize"), help="how both are brought to one size (default: resize)"
    )
    parser.add_argument("--side", type=int, default=256, help="side in pixels (default: 256)")
    parser.add_argument(
        "--train",
        metavar="AUTOENCODER",
        help="instead, train this autoencoder on the real pictures and write its weights to the file --out",
    )
    parser.add_argument("--steps", type=int, default=2000, help="training steps (default: 2000)")
    parser.add_argument("--seed", type=int, default=0, help="random numbers of the training (default: 0)")


def run(arguments: argparse.Namespace) -> int:
    """Read the data set and write the copy, or train an autoencoder."""
    from detector.data.folders import open_data

    with tqdm(unit="image", file=sys.stderr, disable=None, desc="reading") as bar:
        manifest = open_data(arguments.data, lambda done, total: _move(bar, done, total))
    return _train(arguments, manifest) if arguments.train else _copy(arguments, manifest)


def _copy(arguments: argparse.Namespace, manifest: "Manifest") -> int:
    from detector.aligned.copy import write_aligned
    from detector.aligned.operators import OPERATORS
    from detector.data.equalise import Equalise
    from detector.data.staging import free_name

    names = tuple(OPERATORS) if arguments.operators == "all" else tuple(arguments.operators.split(","))
    folder = free_name(arguments.out)
    with tqdm(unit="image", file=sys.stderr, disable=None, desc="making") as bar:
        rule = Equalise(arguments.rule, arguments.side)
        problems = write_aligned(manifest, names, rule, folder, lambda done, total: _move(bar, done, total))
    for problem in (*manifest.problems, *problems):
        print(f"left out {problem.path}: {problem.reason}", file=sys.stderr)
    print(f"Real pictures and their matched fakes: {folder}")
    return 0


def _train(arguments: argparse.Namespace, manifest: "Manifest") -> int:
    from detector.aligned.networks import AUTOENCODERS
    from detector.aligned.train import save, train_autoencoder
    from detector.labels import REAL

    if arguments.train not in AUTOENCODERS:
        raise UserError(f"There is no autoencoder {arguments.train!r}: choose {' or '.join(AUTOENCODERS)}.")
    files = [manifest.path(item) for item in manifest.items if item.label == REAL]
    with tqdm(unit="step", file=sys.stderr, disable=None, desc="training") as bar:

        def show(step: int, steps: int, loss: float) -> None:
            _move(bar, step, steps)
            bar.set_postfix(loss=f"{loss:.3f}")

        model = train_autoencoder(arguments.train, files, arguments.steps, arguments.seed, show)
    save(model, Path(arguments.out))
    print(f"Weights of {arguments.train}: {arguments.out}")
    return 0


def _move(bar: "tqdm[None]", done: int, total: int) -> None:
    bar.total = total
    bar.update(done - bar.n)
