"""python -m detector predict: a verdict for each picture; with --batch also for ten thousand, which can be gone on with."""

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detector.batches.export import printable, write_rows

if TYPE_CHECKING:
    from detector.predict import Predictor

COLUMNS = ("path", "label", "probability", "verdict", "error")
EXAMPLES = """examples:
  python -m detector predict holiday.jpg
  python -m detector predict photos/ more/*.png --weights my-detector --out verdicts.csv
  python -m detector predict archive.zip --batch archive --out archive.parquet
  python -m detector predict --batch archive

With --batch every result is kept at once. Stop with Ctrl-C and give the same command again, or only --batch and its name, to go
on. The page Batches shows the same batch.
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
    parser.add_argument(
        "paths", nargs="*", metavar="PATH",
        help="pictures, and folders whose pictures are all taken; with --batch also a zip or the name of a data set",
    )  # fmt: skip
    parser.add_argument(
        "--weights", default="", help="a name, a weights folder, a run's name or folder (default: the default detector)"
    )
    parser.add_argument(
        "--out", metavar="FILE", help="write the rows to FILE.csv, FILE.jsonl or FILE.parquet and not to the screen"
    )
    parser.add_argument(
        "--batch", metavar="NAME", default="", help="keep every result under this name, and go on where it was left"
    )
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Print or write a row a picture; 0 when at least one could be classified, otherwise 1."""
    from detector.batches.export import kind_of
    from detector.errors import UserError

    if arguments.out:
        kind_of(Path(arguments.out))  # known before an hour of work
    if arguments.batch:
        from detector.commands.predict_batch import run_batch

        return run_batch(arguments)
    if not arguments.paths:
        raise UserError("Say which pictures to classify: python -m detector predict photos/")
    return _predict(arguments)


def _predict(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from detector.models.library import default_name
    from detector.predict import Predictor

    predictor = Predictor.load(arguments.weights or default_name(), arguments.device)
    files = _files(arguments.paths)
    counts = {"classified": 0, "failed": 0}
    with tqdm(total=len(files), unit="image", file=sys.stderr, disable=None) as bar:
        rows: Iterable[dict[str, Any]] = _counted(predictor, files, counts, bar)
        kept = rows = list(rows) if arguments.json else rows
        if arguments.out:
            write_rows(rows, COLUMNS, Path(arguments.out))
        elif not arguments.json:
            _print(rows)
    if arguments.json:
        print(json.dumps({"weights": predictor.name, "threshold": predictor.config.threshold, **counts, "images": kept}))
    print(f"{counts['classified']} of {len(files)} images classified by {predictor.name}.", file=sys.stderr)
    return 0 if counts["classified"] else 1


def _files(paths: list[str]) -> list[Path]:
    """The pictures named, and those in the folders named; a path that does not exist stays, to get its line."""
    from detector.data.images import image_files

    found: list[Path] = []
    for path in map(Path, paths):
        found += image_files(path) if path.is_dir() else [path]
    return found


def _counted(predictor: "Predictor", files: list[Path], counts: dict[str, int], bar: Any) -> Iterator[dict[str, Any]]:
    """A row a file, in their order; of so many pictures at a time only the network's views are kept, so memory stays small."""
    from detector.batches.judging import CHUNK, judge_files

    for start in range(0, len(files), CHUNK):
        for row in judge_files(predictor, files[start : start + CHUNK]):
            counts["failed" if row["error"] else "classified"] += 1
            bar.update()
            yield {name: "" if row[name] is None else row[name] for name in COLUMNS} | {"path": printable(row["path"])}


def _print(rows: Iterable[dict[str, Any]]) -> None:
    table = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
