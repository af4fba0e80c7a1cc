"""python -m detector explain-study: do smiles and wrinkles matter to a detector? Face regions measured over a folder."""

import argparse
import json
import sys
from pathlib import Path

from tqdm import tqdm

from detector.explain.methods import METHODS

EXAMPLES = """examples:
  python -m detector explain-study photos/faces --weights my-detector
  python -m detector explain-study photos/faces --weights faces --unseen --faces 100 --out study.json --json
"""
FACES = 60


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "explain-study", help="measure what smiles and wrinkles do to a detector", description=__doc__, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("data", metavar="DIR", help="a folder with one sub-folder a class, both of faces")
    parser.add_argument(
        "--weights", default="", help="a name, a weights folder, a run's name or folder (default: the default detector)"
    )
    parser.add_argument("--faces", type=int, default=FACES, help=f"how many, half of each class (default: {FACES})")
    parser.add_argument("--method", default="gradcam", choices=METHODS, help="how the maps are made (default: gradcam)")
    parser.add_argument("--unseen", action="store_true", help="leave out images that these weights were trained or chosen on")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of faces and of random regions (default: 0)")
    parser.add_argument("--out", metavar="FILE.json", help="also write the study, mean face maps included")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Measure the faces and print what they say; raises UserError for a folder, weights or a path that cannot be used."""
    from detector.errors import UserError
    from detector.explain.study import explain_study, save_study
    from detector.models.library import default_name, find_weights
    from detector.models.weights import seen_hashes
    from detector.predict import Predictor

    if arguments.faces < 2:
        raise UserError(f"A study needs faces of both classes: give --faces 2 or more, not {arguments.faces}.")
    folder = find_weights(arguments.weights or default_name())
    predictor = Predictor.load(folder, arguments.device)
    seen = seen_hashes(folder) if arguments.unseen else ()
    with tqdm(total=arguments.faces, unit="face", file=sys.stderr, disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.update(done - bar.n)

        study = explain_study(
            arguments.data,
            predictor,
            n=arguments.faces,
            method=arguments.method,
            seen=seen,
            seed=arguments.seed,
            progress=show,
        )
    if arguments.out:
        try:
            save_study(Path(arguments.out), study)
        except OSError as error:
            raise UserError(f"{arguments.out} cannot be written ({error.strerror}): choose another place for --out.") from error
    if arguments.json:
        print(json.dumps(study.to_dict()))
        return 0
    classes = f"{study.counts['real']} real, {study.counts['ai']} AI-generated, {study.counts['wrong']} judged wrongly"
    print(f"{study.weights} on {study.data}: {study.n} faces ({classes}); {study.without_face} pictures without a usable face")
    print(f"  {'region':<22} {'share of map ÷ area':<24} smoothing, beyond random (logits)")
    for row in study.regions:
        if row.group == "all" and row.ratio.n:
            print(f"  {row.region:<22} {row.ratio!s:<24} {row.smooth_excess}")
    print("\n".join(study.sentences))
    return 0
