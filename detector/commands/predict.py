"""python -m detector predict: a verdict for each picture."""

import argparse
import csv
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from detector.predict import Predictor

BATCH = 16
COLUMNS = ("path", "label", "probability", "verdict", "error")
EXAMPLES = """examples:
  python -m detector predict holiday.jpg
  python -m detector predict photos/ more/*.png --weights my-detector --out verdicts.csv
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "predict",
        help="classify pictures",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="pictures, and folders whose pictures are all taken")
    parser.add_argument(
        "--weights", default="", help="a name, a weights folder, a run's name or folder (default: the default detector)"
    )
    parser.add_argument("--out", metavar="FILE.csv", help=f"write the rows there and not to the screen: {', '.join(COLUMNS)}")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Print or write a row a picture; 0 when at least one could be classified, otherwise 1."""
    from tqdm import tqdm

    from detector.models.library import default_name
    from detector.predict import Predictor

    predictor = Predictor.load(arguments.weights or default_name(), arguments.device)
    files = _files(arguments.paths)
    kept: list[dict[str, Any]] = []
    classified = 0
    with _table(arguments) as table, tqdm(total=len(files), unit="image", file=sys.stderr, disable=None) as bar:
        for start in range(0, len(files), BATCH):
            rows = _rows(predictor, files[start : start + BATCH])
            table.writerows(rows)
            classified += sum(not row["error"] for row in rows)
            kept += rows if arguments.json else []
            bar.update(len(rows))
    if arguments.json:
        counts = {"classified": classified, "failed": len(files) - classified}
        print(json.dumps({"weights": predictor.name, "threshold": predictor.config.threshold, **counts, "images": kept}))
    print(f"{classified} of {len(files)} images classified by {predictor.name}.", file=sys.stderr)
    return 0 if classified else 1


def _files(paths: list[str]) -> list[Path]:
    """The pictures named, and those in the folders named; a path that does not exist stays, to get its line."""
    from detector.data.images import image_files

    found: list[Path] = []
    for path in map(Path, paths):
        found += image_files(path) if path.is_dir() else [path]
    return found


def _rows(predictor: "Predictor", files: list[Path]) -> list[dict[str, Any]]:
    """A row a file, in their order; of each picture only the network's view is kept, so memory stays small."""
    from detector.data.images import open_image
    from detector.errors import ImageError

    rows: list[dict[str, Any]] = [dict.fromkeys(COLUMNS, "") | {"path": _printable(file)} for file in files]
    views, readable = [], []
    for file, row in zip(files, rows, strict=True):
        try:
            views.append(predictor.config.preprocess.array(open_image(file)))
            readable.append(row)
        except ImageError as error:
            row["error"] = str(error)
    for row, verdict in zip(readable, predictor.verdicts(views, BATCH), strict=True):
        row |= {"label": verdict.label, "probability": round(verdict.probability, 6), "verdict": verdict.verdict}
    return rows


def _printable(path: Path) -> str:
    """The path as text that UTF-8 can write: names on disk are bytes, and may be none."""
    return os.fsencode(path).decode("utf-8", "replace")


@contextmanager
def _table(arguments: argparse.Namespace) -> "Iterator[csv.DictWriter[str]]":
    """Where rows go: the file of --out, the screen, or nowhere beside --json."""
    from detector.errors import UserError
    from detector.files import atomic_path

    if not arguments.out:
        yield _writer(StringIO() if arguments.json else sys.stdout)
        return
    try:
        with atomic_path(Path(arguments.out)) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            yield _writer(file)
    except OSError as error:
        raise UserError(f"{arguments.out} cannot be written ({error.strerror}): choose another place for --out.") from error


def _writer(file: TextIO) -> "csv.DictWriter[str]":
    table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    table.writeheader()
    return table
