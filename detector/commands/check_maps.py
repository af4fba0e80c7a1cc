"""python -m detector check-maps: are a detector's heat maps any good on these pictures, method by method?"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from detector.explain.methods import METHODS

if TYPE_CHECKING:  # the parser must not wait for torch
    from detector.explain.check_table import CheckRow
    from detector.predict import Predictor

EXAMPLES = """examples:
  python -m detector check-maps photos/ --weights my-detector
  python -m detector check-maps photos/ --methods gradcam,hirescam,randomcam --images 40 --plot checks.html --json
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "check-maps",
        help="test heat maps against random ones",
        description="Are a detector's heat maps any good on these pictures? Each map, for the label that the detector gives, is "
        "held against random maps, a map of edges, and maps of the network with random weights.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", metavar="DIR", help="its pictures are taken, at any depth")
    parser.add_argument(
        "--weights", default="", help="a name, a weights folder, a run's name or folder (default: the default detector)"
    )
    parser.add_argument("--methods", default="gradcam", help="names with commas between them (default: gradcam)")
    parser.add_argument("--images", type=int, default=20, help="pictures drawn by chance from the folder (default: 20)")
    parser.add_argument("--steps", type=int, default=8, help="steps of the curves (default: 8)")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of pictures and of the random maps (default: 0)")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--plot", metavar="FILE.html", help="write a plot of all maps there")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Check the maps and print the table; raises UserError for a folder, name or number that cannot be used."""
    from tqdm import tqdm

    from detector.errors import ImageError, UserError
    from detector.explain.check_table import check_table, shown_table
    from detector.models.library import default_name
    from detector.predict import Predictor

    if not 2 <= arguments.steps <= 64:
        raise UserError(f"The number of steps should lie between 2 and 64, not {arguments.steps}.")
    files = _files(Path(arguments.folder), arguments.images, arguments.seed)
    predictor = Predictor.load(arguments.weights or default_name(), arguments.device)
    methods = _methods(arguments.methods, predictor)
    rows: list[CheckRow] = []
    for file in tqdm(files, unit="image", file=sys.stderr, disable=None):
        try:
            rows += _rows(predictor, file, methods, arguments)
        except ImageError as error:
            print(f"left out: {error}", file=sys.stderr)
    if not rows:
        raise UserError(f"None of the pictures in {arguments.folder} can be read: choose another folder.")
    table = check_table(rows)
    if arguments.plot:
        _plot(rows, Path(arguments.plot))
    if arguments.json:
        said = {"weights": predictor.name, "seed": arguments.seed, "steps": arguments.steps}
        print(json.dumps(said | {"methods": [one.to_dict() for one in table], "images": [row.to_dict() for row in rows]}))
    else:
        print(shown_table(table))
    return 0


def _files(folder: Path, count: int, seed: int) -> list[Path]:
    """That many of the folder's pictures, drawn by chance."""
    import numpy as np

    from detector.data.images import image_files
    from detector.errors import UserError

    if count < 1:
        raise UserError(f"The number of images should be 1 or more, not {count}.")
    if not folder.is_dir():
        raise UserError(f"{folder} is not there, or no folder: give a folder of pictures.")
    files = image_files(folder)
    if not files:
        raise UserError(f"{folder} holds no pictures: give another folder.")
    chosen = np.random.default_rng(seed).permutation(len(files))[:count]
    return [files[index] for index in sorted(chosen.tolist())]


def _methods(names: str, predictor: "Predictor") -> list[str]:
    """The methods named; raises UserError for one that is unknown or does not suit the network."""
    from detector.errors import UserError
    from detector.explain.methods import methods_for

    suits = methods_for(predictor.config.architecture, predictor.config.backbone)
    chosen = list(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    for name in chosen:
        if name not in suits:
            known = "does not suit this network" if name in METHODS else "is not known"
            raise UserError(f"The method {name!r} {known}: choose among {', '.join(suits)}.")
    if not chosen:
        raise UserError(f"No method is named: choose among {', '.join(suits)}.")
    return chosen


def _rows(predictor: "Predictor", file: Path, methods: list[str], arguments: argparse.Namespace) -> "list[CheckRow]":
    """A row a method, for one picture."""
    from detector.data.images import open_image
    from detector.explain.check_table import CheckRow
    from detector.explain.checks import check_picture
    from detector.labels import label_of

    image = open_image(file)
    label = predictor.predict([image])[0].label
    options = {"seed": arguments.seed, "steps": arguments.steps}
    path = file.relative_to(arguments.folder).as_posix()
    return [CheckRow(path, label, name, check_picture(predictor, image, label_of(label), name, **options)) for name in methods]


def _plot(rows: "list[CheckRow]", path: Path) -> None:
    """A page with the plot, whole in itself."""
    from detector.errors import UserError
    from detector.figures.checks import check_distribution
    from detector.files import write_text

    try:
        write_text(path, check_distribution(rows).to_html(include_plotlyjs=True))
    except OSError as error:
        raise UserError(f"{path} cannot be written ({error.strerror}): choose another place for --plot.") from error
