"""python -m detector explain: the picture with what its verdict rests on laid over it."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from detector.explain.methods import METHODS
from detector.explain.palettes import PALETTES, SIGNED
from detector.labels import LABEL_NAMES, label_of

EXAMPLES = """examples:
  python -m detector explain holiday.jpg --out overlay.png
  python -m detector explain holiday.jpg --weights my-detector --label real --method hirescam --out overlay.png
  python -m detector explain holiday.jpg --method layercam --layer layer3 --out finer.png
  python -m detector explain holiday.jpg --signed --out for-and-against.png
"""
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "explain",
        help="show which places speak for a verdict",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("image", metavar="IMAGE")
    parser.add_argument(
        "--weights", default="", help="a name, a weights folder, a run's name or folder (default: the default detector)"
    )
    parser.add_argument(
        "--method", default="gradcam", choices=METHODS, help="how the map is made, as docs/heat-maps.md tells (default: gradcam)"
    )
    parser.add_argument(
        "--layer", help="read an earlier, finer layer, such as layer3 (default: the last; a wrong name lists them)"
    )
    parser.add_argument("--signed", action="store_true", help="show what speaks for AI-generated and what for real in one map")
    parser.add_argument(
        "--label", choices=LABEL_NAMES[::-1], help="the class whose evidence is shown (default: the one it is given)"
    )
    parser.add_argument("--opacity", type=float, default=0.5, help="of the map at its peak, 0 to 1 (default: 0.5)")
    parser.add_argument("--palette", default=PALETTES[0], choices=PALETTES, help="of a map that is not signed")
    parser.add_argument("--out", required=True, metavar="FILE.png", help="where the overlay is written")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Write the overlay with its caption and print the verdict; raises UserError for a picture or a path that cannot be used."""
    from detector.data.images import open_image
    from detector.errors import UserError
    from detector.explain.overlay import caption_under, for_ai, overlay
    from detector.files import atomic_path
    from detector.models.library import default_name
    from detector.predict import Predictor
    from detector.words import map_sentence, sentences, signed_map_sentence

    out = Path(arguments.out)
    if out.suffix.lower() not in SUFFIXES:
        raise UserError(f"{out.name} should end in {', '.join(SUFFIXES)}.")
    if not 0 <= arguments.opacity <= 1:
        raise UserError(f"The opacity should lie between 0 and 1, not {arguments.opacity}.")
    image = open_image(Path(arguments.image))
    predictor = Predictor.load(arguments.weights or default_name(), arguments.device)
    label = None if arguments.label is None else label_of(arguments.label)
    found = predictor.explain(image, label, arguments.method, arguments.layer, signed=arguments.signed)
    words = sentences(found.verdict, predictor.calibration, predictor.config.dataset)
    cut = found.box != (0, 0, *image.size)
    title, empty = METHODS[arguments.method].title, not found.heat.any()
    shows = signed_map_sentence(title, empty, cut) if arguments.signed else map_sentence(title, found.label, empty=empty, cut=cut)
    heat = for_ai(found.heat, found.label) if arguments.signed else found.heat
    picture = overlay(image, heat, found.box, arguments.opacity, SIGNED if arguments.signed else arguments.palette)
    captioned = caption_under(picture, "\n".join((f"{words.headline}. {words.score}", shows, words.caveat)))
    try:
        with atomic_path(out) as temporary:
            captioned.save(temporary)
    except OSError as error:
        raise UserError(f"{out} cannot be written ({error.strerror}): choose another place for --out.") from error
    if arguments.json:
        verdict = found.verdict
        values = {"image": arguments.image, "weights": predictor.name, **asdict(verdict)}
        values |= {"explained": LABEL_NAMES[found.label], "method": arguments.method, "layer": arguments.layer or "last"}
        values |= {"signed": arguments.signed, "box": found.box, "out": str(out)}
        print(json.dumps(values))
    else:
        print("\n".join((words.headline, words.score, words.detail, shows, words.caveat, f"Overlay: {out}")))
    return 0
