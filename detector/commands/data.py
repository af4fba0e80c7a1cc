"""python -m detector data: the data sets at hand, the catalogue of public ones, and bringing more in."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

EXAMPLES = """examples:
  python -m detector data list
  python -m detector data catalog
  python -m detector data fetch cifake --most 2000
  python -m detector data unpack pictures.zip --name holiday
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "data",
        help="list data sets, fetch a public one, unpack a zip",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, about in (("list", "the sets at hand"), ("catalog", "well-known public sets, and what is wrong with each")):
        _with_json(actions.add_parser(name, help=about))
    fetch = _with_json(actions.add_parser("fetch", help="fetch a public set; goes on where it was broken off"))
    fetch.add_argument("set", metavar="SET", help="its name in the catalogue")
    fetch.add_argument("--most", type=_positive, metavar="N", help="at most N images of each class and split")
    fetch.add_argument("--name", default="", help="the name it gets here (default: as in the catalogue)")
    fetch.add_argument("--endpoint", default="", metavar="URL", help="another Hub (default: HF_ENDPOINT, or the public one)")
    unpack = _with_json(actions.add_parser("unpack", help="unpack a zip of pictures"))
    unpack.add_argument("zip", type=Path, metavar="FILE.zip")
    unpack.add_argument("--name", default="", help="the name it gets here (default: the file's)")


def run(arguments: argparse.Namespace) -> int:
    """Do what the action says; with --json print one JSON object."""
    told, lines = {"list": _list, "catalog": _catalog, "fetch": _fetch, "unpack": _unpack}[arguments.action](arguments)
    if arguments.json:
        print(json.dumps(told))
    else:
        print("\n".join(lines))
    return 0


def _list(arguments: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    from detector.data.known import list_sets

    sets = list_sets()
    return {"sets": [asdict(found) for found in sets]}, [
        f"{found.name:<28}  {found.kind:<7} {found.spec}{'' if found.there else '  (gone)'}" for found in sets
    ]


def _catalog(arguments: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    from detector.data.catalog import CATALOGUE, facts

    lines = []
    for known in CATALOGUE:
        how = f"python -m detector data fetch {known.name}" if known.hub else known.by_hand
        lines += [f"{known.name}: {known.title}", f"  {known.about}", f"  {facts(known)}", f"  Page: {known.page}"]
        lines += [f"  Beware: {wrong}" for wrong in known.wrong] + [f"  To get it: {how}", ""]
    return {"sets": [asdict(known) for known in CATALOGUE]}, lines[:-1]


def _fetch(arguments: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    from tqdm import tqdm

    from detector.data.catalog import find_public
    from detector.data.download import Step, fetch

    public = find_public(arguments.set)
    with tqdm(unit="B", unit_scale=True, file=sys.stderr, disable=None) as bar:

        def told(step: Step) -> None:
            bar.total = step.of_bytes
            bar.set_postfix_str(f"{step.files} of {step.of_files} files, {step.images:,} images", refresh=False)
            bar.update(step.bytes - bar.n)

        folder = fetch(public, arguments.name, arguments.most, told, arguments.endpoint)
    images = sum(path.is_file() for path in folder.rglob("*"))
    return {"name": folder.name, "folder": str(folder), "images": images}, [f"{images:,} images in {folder}"]


def _unpack(arguments: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    from tqdm import tqdm

    from detector.data.archive import unpack

    with tqdm(unit="B", unit_scale=True, file=sys.stderr, disable=None) as bar:

        def told(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        done = unpack(arguments.zip, arguments.name or arguments.zip.stem, told)
    left_out = f"; {done.left_out:,} other files left out" if done.left_out else ""
    return (
        {"name": done.folder.name, "folder": str(done.folder), "files": done.written, "left_out": done.left_out},
        [f"{done.written:,} files in {done.folder}{left_out}"],
    )


def _with_json(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of images: give 1 or more")
    return int(text)
