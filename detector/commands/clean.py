"""python -m detector clean: look for credits, borders, collages and odd pictures; accept; write a cleaned copy."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the parser must not wait for numpy
    from detector.data.cleaning.proposals import Proposal
    from detector.data.edits import Edit
    from detector.data.manifest import Manifest

EXAMPLES = """examples:
  python -m detector clean photos/ --find
  python -m detector clean photos/ --find --json > proposals.json
  python -m detector clean photos/ --accept border,collage --above 0.8
  python -m detector clean photos/ --out photos-clean
  python -m detector clean photos/ --log edits.jsonl --out photos-clean
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "clean",
        help="find what should be cropped, split or left out, and write a cleaned copy",
        description="Look for credit strips, borders, collages of four, screenshots, graphics, pages of text, blurred, blank and "
        "dark pictures. Nothing is done to the pictures: what is accepted goes into a log, and the log into a cleaned copy.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", metavar="DIR", help="a data set: a folder, a set's name, or a table")
    parser.add_argument("--find", action="store_true", help="list the proposals that wait for an answer")
    parser.add_argument("--accept", metavar="KIND[,KIND]", default="", help="accept all proposals of these kinds")
    parser.add_argument("--above", type=float, default=0.6, help="only those at least this sure, 0 to 1 (default: 0.6)")
    parser.add_argument("--log", metavar="FILE", default="", help="replay this log (default: the set's own)")
    parser.add_argument("--out", metavar="NAME", default="", help="write the cleaned copy under this name into the workspace")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Find, accept, write: whatever was asked for, in this order; raises UserError for what cannot be used."""
    from detector.data.edits import read_edits
    from detector.data.folders import open_data
    from detector.errors import UserError

    if not (arguments.find or arguments.accept or arguments.out):
        raise UserError("Nothing is asked for: give --find, --accept KIND or --out NAME.")
    if arguments.log and not arguments.out:
        raise UserError("A log is replayed into a copy: give the copy's name with --out NAME.")
    kinds = _kinds(arguments.accept)
    if not 0 <= arguments.above <= 1:
        raise UserError(f"--above should lie between 0 and 1, not {arguments.above}.")
    manifest = open_data(arguments.folder)
    said: dict[str, object] = {"data": str(manifest.root)}
    if arguments.find or kinds:
        waiting = _waiting(manifest)
        if kinds:
            said["accepted"] = _accept(manifest, waiting, kinds, arguments)
            waiting = _waiting(manifest)
        if arguments.find:
            said["proposals"] = [asdict(proposal) for proposal in waiting]
            if not arguments.json:
                _show(waiting)
    if arguments.out:
        edits = _log(Path(arguments.log)) if arguments.log else read_edits(manifest.root)
        said["copy"] = _write(manifest, edits, arguments)
    if arguments.json:
        print(json.dumps(said, ensure_ascii=False))
    return 0


def _kinds(text: str) -> list[str]:
    from detector.data.cleaning.proposals import KINDS
    from detector.errors import UserError

    kinds = [kind.strip() for kind in text.split(",") if kind.strip()]
    for kind in kinds:
        if kind not in KINDS:
            raise UserError(f"The kind {kind!r} is not known: choose among {', '.join(KINDS)}.")
    return kinds


def _waiting(manifest: "Manifest") -> "list[Proposal]":
    from detector.data.cleaning.decided import undecided
    from detector.data.cleaning.proposals import find_proposals

    return undecided(find_proposals(manifest, _bar("looking")), manifest.root)


def _accept(manifest: "Manifest", waiting: "list[Proposal]", kinds: list[str], arguments: argparse.Namespace) -> int:
    """How many proposals went into the log."""
    from detector.data.cleaning.decided import accept

    chosen = [one for one in waiting if one.kind in kinds and one.confidence >= arguments.above]
    accept(manifest.root, chosen)
    count = len({one.path for one in chosen})
    if not arguments.json:
        print(f"{count} accepted.")
    return count


def _log(file: Path) -> "tuple[Edit, ...]":
    from detector.data.edits import read_log
    from detector.errors import UserError

    if not file.is_file():
        raise UserError(f"{file} is not there, or no file: give a log of edits.")
    return read_log(file)


def _write(manifest: "Manifest", edits: "tuple[Edit, ...]", arguments: argparse.Namespace) -> dict[str, object]:
    from detector.data.clean_copy import write_clean_copy

    made = write_clean_copy(manifest, edits, arguments.out, _bar("writing"))
    if not arguments.json:
        print(f"{made.folder}: {made.copied} copied, {made.cropped} cropped, {made.split} split, {made.dropped} left out.")
    for problem in made.problems:
        print(f"{problem.path}: {problem.reason}", file=sys.stderr)
    return {**asdict(made), "folder": str(made.folder)}


def _show(waiting: "list[Proposal]") -> None:
    """A line a proposal, for people and for `cut`."""
    for one in waiting:
        boxes = " ".join(",".join(map(str, box)) for box in one.boxes)
        print(f"{one.kind}\t{one.confidence:.2f}\t{one.do}\t{one.path}\t{boxes}")
    print(f"{len(waiting)} proposals wait for an answer.", file=sys.stderr)


def _bar(words: str) -> Callable[[int, int], None]:
    """A progress bar on the standard error, where that is a terminal."""
    from tqdm import tqdm

    bar = tqdm(desc=words, unit="image", file=sys.stderr, disable=None)

    def show(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    return show
