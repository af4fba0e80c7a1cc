"""python -m detector cross: how detectors do on data that others were trained on."""

import argparse
import json
import sys
from typing import TYPE_CHECKING

from tqdm import tqdm

if TYPE_CHECKING:
    from detector.evaluation.cross import Matrix

EXAMPLES = """examples:
  python -m detector cross --weights faces,art --data photos/faces,photos/art
  python -m detector cross --weights my-run --data photos/art --by generator --out matrix.json

Each detector is tested on the images that it has not seen. A generator's column holds its images and the real images of its set.
What was scored once is not scored again.
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "cross", help="test detectors on other data", description=__doc__, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument(
        "--weights", required=True, metavar="A,B", help="names, weights folders or runs, with commas between them"
    )
    parser.add_argument("--data", required=True, metavar="DIR,DIR", help="folders, tables, sets by name, or lab, with commas")
    parser.add_argument("--by", default="set", choices=("set", "generator", "genre"), help="what a column is (default: set)")
    parser.add_argument("--images", type=int, default=0, metavar="N", help="at most so many a class and column (default: all)")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--out", metavar="FILE.json", help="also write the matrix to this file")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Test every detector on every set and print the matrix with its mean and minimum."""
    from pathlib import Path

    from detector.cross import cross
    from detector.cross_store import save_matrix
    from detector.errors import UserError
    from detector.files import write_json

    if arguments.images < 0:
        raise UserError("--images should be a number of images, or 0 for all.")
    words = [[part.strip() for part in text.split(",") if part.strip()] for text in (arguments.weights, arguments.data)]
    shape = "{l_bar}{bar}| [{elapsed}<{remaining}]"
    with tqdm(unit="cell", file=sys.stderr, disable=None, bar_format=shape) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        matrix = cross(*words, by=arguments.by, images=arguments.images, device=arguments.device, progress=show)
    save_matrix(matrix)
    if arguments.out:
        try:
            write_json(Path(arguments.out), matrix.to_dict())
        except OSError as error:
            raise UserError(f"{arguments.out} cannot be written ({error.strerror}): choose another place for --out.") from error
    for note in matrix.notes:
        print(f"note: {note}", file=sys.stderr)
    if arguments.json:
        print(json.dumps(matrix.to_dict()))
    else:
        _print(matrix)
    return 0


def _print(matrix: "Matrix") -> None:
    from detector.evaluation.cross import MEASURES

    for name, title in MEASURES.items():
        print(f"{title}, with its 95 % interval; rows are detectors")
        for row in matrix.rows:
            print(f"  {row} (trained on {matrix.trained_on[row] or 'unknown data'})")
            for column in matrix.columns:
                cell = matrix.cell(row, column)
                print(f"    {column:<30} " + (_cell(cell.values, cell.intervals, name) if cell else "–"), end="")
                print(f"  {cell.n_real} real, {cell.n_ai} AI; {cell.seen} known left out" if cell else "")
            if found := matrix.of_row(row, name):
                print(f"    mean {found.mean:.3f}, lowest {found.lowest:.3f} on {found.where}")
        for column in matrix.columns:
            if found := matrix.of_column(column, name):
                print(f"  on {column}: mean {found.mean:.3f}, lowest {found.lowest:.3f} by {found.where}")


def _cell(values: dict[str, float], intervals: dict[str, tuple[float, float]], name: str) -> str:
    if name not in values:
        return "– (one class only)"
    low, high = intervals[name]
    return f"{values[name]:.3f} ({low:.3f}–{high:.3f})"
