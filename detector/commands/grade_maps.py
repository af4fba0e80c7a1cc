"""python -m detector grade-maps: which heat map finds a planted mark, for every method and several small networks."""

import argparse
import json
import sys
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from PIL import Image
from tqdm import tqdm

from detector.data.preprocess import Box
from detector.errors import UserError
from detector.explain.lab_table import Explain, LabTable, Mean, Student, grade_methods, planted, title
from detector.explain.methods import METHODS, methods_for
from detector.explain.overlay import Heat
from detector.labels import AI, LABEL_NAMES
from detector.training.config import TrainConfig
from detector.training.runs import Run, create_run, find_run, list_runs

if TYPE_CHECKING:  # the parser must not wait for torch
    from detector.predict import Predictor

EXAMPLES = """examples:
  python -m detector grade-maps
  python -m detector grade-maps --networks lenet5,cnn3 --methods gradcam,hirescam --pictures 60 --json
"""

LAB = TrainConfig(data="lab", image_size=64, pretrained=False, weight_decay=0.05)
RECIPES = {
    "lenet5": LAB.but(model="lenet5", epochs=40),
    "cnn3": LAB.but(model="cnn3", epochs=40),
    "resnet18": LAB.but(model="resnet18", epochs=10),
    "tf_efficientnet_lite0": LAB.but(model="tf_efficientnet_lite0", pretrained=True, epochs=8),
}
"""How each network learns the lab's pictures, pixel for pixel."""

LAST = "last"  # of detector.explain.hooked, which imports torch
FINE = 4
"""Rows of a map fine enough for marks half as wide as their picture."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "grade-maps",
        help="grade the heat maps on planted marks",
        description="Which heat map finds a planted mark, for every method and several small networks. The networks learn the "
        "lab's pictures in runs named lab-NETWORK; runs that are there already are taken as they are.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--networks", default=",".join(RECIPES), help="names with commas between them (default: %(default)s)")
    parser.add_argument("--methods", default="", help="names with commas between them (default: all that suit the network)")
    parser.add_argument("--pictures", type=int, default=100, help="new pictures with a mark (default: 100)")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--out", metavar="FILE.json", help="also write the table there")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Train what is not trained yet, grade, and print the table; raises UserError for unknown names."""
    networks = _names(arguments.networks, RECIPES, "network")
    methods = _names(arguments.methods, METHODS, "method") if arguments.methods else tuple(METHODS)
    if not 10 <= arguments.pictures <= 10_000:
        raise UserError(f"The number of pictures should lie between 10 and 10000, not {arguments.pictures}.")
    table = LabTable(arguments.pictures, _command(arguments), (), ())
    for name in networks:
        target = _trained(name, arguments.device)
        table = _with(table, name, target, [method for method in methods_for(name) if method in methods], arguments.device)
    if arguments.out:
        table.write(Path(arguments.out))
    if arguments.json:
        print(json.dumps(table.to_dict()))
    else:
        _print(table)
    return 0


def _names(text: str, known: Collection[str], kind: str) -> tuple[str, ...]:
    """The names in "a,b"; raises UserError for an unknown one."""
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        raise UserError(f"There is no {kind} {', '.join(unknown) or 'given'} here: choose among {', '.join(known)}.")
    return names


def _command(arguments: argparse.Namespace) -> str:
    """The command that makes the same table again; where it was written to is left out."""
    words = ["python -m detector grade-maps", f"--networks {arguments.networks}", f"--pictures {arguments.pictures}"]
    return " ".join([*words, f"--methods {arguments.methods}"] if arguments.methods else words)


def _trained(name: str, device: str) -> Run:
    """The finished run of a network on the lab's pictures; made, or gone on with, where it is not finished."""
    from filelock import Timeout

    from detector.training.engine import fit

    known = {each.name for each in list_runs()}
    target = find_run(f"lab-{name}") if f"lab-{name}" in known else create_run(RECIPES[name].but(device=device), f"lab-{name}")
    if target.config().data != "lab":
        raise UserError(f"The run {target.name} did not learn the lab's pictures: rename it, so that the name is free.")
    if target.status().state == "finished":
        return target
    with tqdm(total=target.config().epochs, desc=f"{name} learns", unit="epoch", file=sys.stderr, disable=None) as bar:
        try:
            with target.lock().acquire(timeout=10):
                fit(target, lambda status: bar.update(status.epoch - bar.n))
        except Timeout:
            raise UserError(f"{target.name} is being trained by another process: wait for its end.") from None
    return target


def _with(table: LabTable, name: str, target: Run, methods: Sequence[str], device: str) -> LabTable:
    """The table with one more network's grades, over the pictures that it calls AI-generated.

    Where its last features make a map too coarse for the marks, it is graded again at the last layer that is fine enough.
    """
    from detector.explain.cam import layers
    from detector.models.names import network
    from detector.predict import Predictor

    predictor = Predictor.load(target.best_weights, device)
    pictures = planted(table.pictures)
    verdicts = predictor.predict([each.picture for each in pictures])
    found = [each for each, verdict in zip(pictures, verdicts, strict=True) if verdict.label == LABEL_NAMES[AI]]
    known, accuracy = network(name), round(target.about()["result"]["test"]["accuracy"], 4)
    for layer in layers(predictor.model):
        grid = predictor.explain(pictures[0].picture, AI, methods[0], layer).heat.shape
        if layer == LAST or min(grid) >= FINE:
            place = "" if layer == LAST else f" at {layer}"
            asked = [method for method in methods if layer == LAST or METHODS[method].layered]
            with tqdm(total=len(found) * len(asked), desc=name + place, unit="map", file=sys.stderr, disable=None) as bar:
                grades = grade_methods(name + place, _asking(predictor, layer, bar), asked, found)
            title = (known.title if known else name) + place
            student = Student(name + place, title, predictor.config.preprocess.size, grid, len(found), accuracy)
            table = replace(table, students=(*table.students, student), grades=(*table.grades, *grades))
        if min(grid) >= FINE:
            break
    return table


def _asking(predictor: "Predictor", layer: str, bar: "tqdm[NoReturn]") -> Explain:
    """The function that the grades are made of: a map of what speaks for AI-generated."""

    def explain(picture: Image.Image, method: str) -> tuple[Heat, Box]:
        found = predictor.explain(picture, AI, method, layer)
        bar.update()
        return found.heat, found.box

    return explain


def _print(table: LabTable) -> None:
    for student in table.students:
        print(
            f"{student.title} at {student.size} px, maps of {student.grid[0]} × {student.grid[1]}: test accuracy "
            f"{student.accuracy:.3f}, called {student.found} of {table.pictures} new marked pictures AI-generated"
        )
        print(f"  {'':<16} {'peak in the mark':<22} {'energy in the mark':<22} {'IoU':<22} empty")
        for grade in table.grades:
            if grade.network == student.name:
                cells = (_shown(grade.pointing), _shown(grade.energy), _shown(grade.iou))
                print(f"  {title(grade.method):<16} {cells[0]:<22} {cells[1]:<22} {cells[2]:<22} {grade.empty}")


def _shown(mean: Mean) -> str:
    return f"{mean.value:.2f} ({mean.low:.2f}–{mean.high:.2f})"
