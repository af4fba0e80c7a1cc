"""python -m detector benchmark: one protocol for any detector, with the goals beside its numbers."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

if TYPE_CHECKING:
    from detector.benchmark.pictures import BenchSet
    from detector.benchmark.recipe import Recipe

EXAMPLES = """examples:
  python -m detector benchmark --recipe lite0-linear --data faces=photos/faces --data art=photos/art
  python -m detector benchmark --recipe clip-taps --taps 6:mean,10:class --json
  python -m detector benchmark --recipe clip-linear+lite0-linear --aligned all
  python -m detector benchmark --recipe fine-tune --with epochs=5 --sets art --tasks generator
  python -m detector benchmark --weights my-detector --speed
  python -m detector benchmark --write-pictures pictures/
  python -m detector benchmark --scores other-program.csv --unseen-by my-detector

A recipe is trained anew for each round: on all sets, without each generator, without each whole set, for three seeds. Weights are
measured as they are, on pictures that they were not trained on. Scores of another program are a table of path and probability of
the files that --write-pictures wrote. Every picture is brought to one size and one JPEG compression first. What was answered once
is kept, so a command that was broken off goes on where it stopped.
"""
RECIPES = ("lite0-linear", "clip-linear", "clip-taps", "dct")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "benchmark", help="put a detector through the whole protocol", description=__doc__, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--recipe", metavar="NAME", help=f"{', '.join(RECIPES)}, or a preset; with + between them their average")
    what.add_argument("--weights", metavar="NAME", help="a name, a weights folder, a run's name or folder")
    what.add_argument(
        "--scores", metavar="FILE.csv", help="probabilities of AI by another program, with the columns path and probability"
    )
    what.add_argument("--write-pictures", metavar="FOLDER", help="only write the pictures, for another program to score")
    parser.add_argument(
        "--data", action="append", default=[], metavar="NAME=FOLDER", help="a set and where it is; may be given several times"
    )
    parser.add_argument(
        "--sets", default="", metavar="A,B", help="only these sets (default: faces, art, objects and cifake that are there)"
    )
    parser.add_argument("--tasks", default="", metavar="A,B", help="seen, generator, set, travelled (default: all)")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="how many ways to divide the sets (default: 3)")
    parser.add_argument(
        "--images", type=int, default=0, metavar="N", help="a trial run on at most so many pictures a class (default: all)"
    )
    parser.add_argument(
        "--with",
        action="append",
        default=[],
        dest="changes",
        metavar="FIELD=VALUE",
        help="a setting that differs, such as head=rbf",
    )
    parser.add_argument(
        "--aligned", default="", metavar="A,B", help="also learn from real pictures made anew by these operators, or all"
    )
    parser.add_argument("--taps", default="", help="blocks of clip-taps, like 6:mean,10:class (also std)")
    parser.add_argument(
        "--unseen-by", default="", metavar="NAME", help="with --scores: test on pictures that these weights have not seen"
    )
    parser.add_argument("--speed", action="store_true", help="also measure images a second")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Measure and print."""
    from detector.benchmark.protocol import measure, with_speed
    from detector.benchmark.table import table
    from detector.errors import UserError

    if arguments.seeds < 1 or arguments.images < 0:
        raise UserError("--seeds should be 1 or more, and --images a number of images, or 0 for all.")
    tasks = _tasks(arguments.tasks)
    with _Bar() as bar:
        try:
            sets = _sets(arguments, bar)
            if arguments.write_pictures:
                return _write(sets, Path(arguments.write_pictures), bar)
            recipe = _recipe(arguments)
            result = measure(recipe, sets, tuple(range(arguments.seeds)), tasks, bar.tell)
            if arguments.speed:
                result = with_speed(result, recipe, sets, bar.tell, arguments.device)
        except KeyboardInterrupt:
            raise UserError("Stopped from the keyboard. The same command goes on where this one stopped.") from None
    print(json.dumps(result.to_dict()) if arguments.json else table(result))
    return 0


class _Bar:
    """A progress bar for one thing after another; what is gone back to keeps its time, so that the time left stays true."""

    def __init__(self) -> None:
        self.phase = ""
        self.began: dict[str, float] = {}
        self.bar = tqdm(file=sys.stderr, disable=None)

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *raised: object) -> None:
        self.bar.close()

    def tell(self, phase: str, done: int, total: int) -> None:
        if phase != self.phase or done < self.bar.n:
            again = self.began.get(phase) if phase != self.phase else None
            self.bar.close()
            self.phase, self.bar = phase, tqdm(desc=phase, file=sys.stderr, disable=None, leave=False, smoothing=0)
            self.bar.start_t = self.began[phase] = again or time.time()
        self.bar.total = total
        self.bar.update(done - self.bar.n)


def _tasks(text: str) -> tuple[str, ...]:
    from detector.benchmark.goals import TRAVELLED
    from detector.benchmark.rounds import TASKS
    from detector.errors import UserError

    known = (*TASKS, TRAVELLED)
    named = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    unknown = [name for name in named if name not in known]
    if unknown:
        raise UserError(f"There is no task {unknown[0]!r}: choose from {', '.join(known)}.")
    return named or known


def _sets(arguments: argparse.Namespace, bar: _Bar) -> "tuple[BenchSet, ...]":
    """The sets given by --data, or else those in the workspace that the goals speak of; of them those in --sets."""
    from detector.benchmark.pictures import NAMES, open_sets
    from detector.errors import DataError
    from detector.home import data_folder

    specs = [part.strip() for text in arguments.data for part in text.split(",") if part.strip()]
    wanted = [name.strip() for name in arguments.sets.split(",") if name.strip()]
    if not specs:
        specs = [name for name in wanted or NAMES if (data_folder() / name).is_dir()]
        lacking = [name for name in wanted if name not in specs]
        if lacking or not specs:
            raise DataError(
                f"There is no data set named {(lacking or NAMES)[0]} in the workspace: say where it is, "
                f"--data {(lacking or NAMES)[0]}=FOLDER."
            )
    elif wanted:
        of_name = {(spec.partition("=")[0] if "=" in spec else Path(spec).stem): spec for spec in specs}
        lacking = [name for name in wanted if name not in of_name]
        if lacking:
            raise DataError(f"--sets names {lacking[0]}, which --data does not: it has {', '.join(of_name)}.")
        specs = [of_name[name] for name in wanted]
    return open_sets(specs, arguments.images, lambda done, total: bar.tell("Reading the images", done, total))


def _recipe(arguments: argparse.Namespace) -> "Recipe":
    from detector.benchmark.recipes import recipe_of, scores_of, weights_of
    from detector.errors import UserError

    if (arguments.taps or arguments.changes or arguments.aligned) and not arguments.recipe:
        raise UserError("--taps, --with and --aligned are for --recipe: weights are measured as they are.")
    if arguments.unseen_by and not arguments.scores:
        raise UserError("--unseen-by is for --scores: weights and recipes leave out what they know by themselves.")
    if arguments.recipe:
        operators = _operators(arguments.aligned)
        return recipe_of(arguments.recipe, arguments.taps, arguments.device, _changes(arguments.changes), operators)
    if arguments.weights:
        return weights_of(arguments.weights, arguments.device)
    return scores_of(Path(arguments.scores), arguments.unseen_by)


def _changes(texts: list[str]) -> dict[str, object]:
    """The settings in "FIELD=VALUE", as their types."""
    from detector.errors import UserError
    from detector.training.sweep_plan import field_name, parse_value

    found: dict[str, object] = {}
    for text in texts:
        name, mark, value = text.partition("=")
        if not mark:
            raise UserError(f"{text!r} is no setting: write --with FIELD=VALUE, such as --with taps=6,10.")
        found[field_name(name)] = parse_value(field_name(name), value)
    return found


def _operators(text: str) -> tuple[str, ...]:
    """The operators named; all of them for the word all, none for an empty text."""
    if not text:
        return ()
    from detector.aligned.operators import OPERATORS
    from detector.errors import UserError

    named = tuple(OPERATORS) if text.strip() == "all" else tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = [name for name in named if name not in OPERATORS]
    if unknown or not named:
        raise UserError(f"There is no operator {(unknown or [text])[0]!r}: choose from {', '.join(OPERATORS)}, or all.")
    return named


def _write(sets: "tuple[BenchSet, ...]", folder: Path, bar: _Bar) -> int:
    from detector.benchmark.written import write_pictures

    count = write_pictures(sets, folder, lambda done, total: bar.tell("Writing pictures", done, total))
    print(f"{count:,} pictures are in {folder}: score each file, and give --scores a table of path and probability.")
    return 0
