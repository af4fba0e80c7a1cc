"""python -m detector save: keep a run's weights, or a copy of others, in the library, small if wished."""

import argparse

from detector.models.compact_kinds import KINDS

EXAMPLES = """examples:
  python -m detector save my-run --name my-detector
  python -m detector save my-run --name my-detector-small --compact int8
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "save",
        help="keep weights in the library",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("weights", help="a run's name or folder, a weights folder, or a name of the library")
    parser.add_argument("--name", required=True, help="what they are called in the library")
    parser.add_argument(
        "--compact",
        choices=KINDS,
        help="lossless: small where not a bit is lost; int8 or float16: small, slightly rounded; none: as float32 "
        "(default: as they are)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Copy, pack, and say how large they are and what the packing changed."""
    from detector.models.digests import WEIGHTS_FILE
    from detector.models.library import find_weights, save_as

    entry = save_as(find_weights(arguments.weights), arguments.name)
    said = ""
    if arguments.compact:
        from detector.models.repack import repack
        from detector.samples import SAMPLES

        images = [sample.image() for sample in SAMPLES]
        change = repack(entry.folder, arguments.compact, images)
        said = f" Packed as {arguments.compact}: no logit of {len(images)} sample images changed by more than {change:.2g}."
    size = (entry.folder / WEIGHTS_FILE).stat().st_size / 1e6
    print(f"Kept as {arguments.name}: {size:.1f} MB.{said}")
    return 0
