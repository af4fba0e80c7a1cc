"""python -m detector pins: images that every detector is shown, so that nobody mends one thing and breaks another unseen."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

EXAMPLES = """examples:
  python -m detector pins add photo.jpg --label real --note "called AI by the first detector"
  python -m detector pins check --weights my-detector
  python -m detector pins list --json
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "pins", help="images that every detector is shown", description=__doc__, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="pin pictures, which are copied into the workspace")
    add.add_argument("pictures", nargs="+", metavar="PICTURE")
    add.add_argument("--label", required=True, choices=("real", "ai"), help="what they truly are")
    add.add_argument("--note", default="", help="why they are worth watching")
    listed = actions.add_parser("list", help="every pin, and what each detector makes of them")
    remove = actions.add_parser("remove", help="take pins away")
    remove.add_argument("hashes", nargs="+", metavar="HASH", help="the start of a pin's hash, as list prints it")
    check = actions.add_parser("check", help="show every pin to a detector")
    check.add_argument("--weights", default="", help="a name, a weights folder or a run (default: the default detector)")
    for each in (add, listed, remove, check):
        each.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; 1 when some pictures could not be pinned."""
    return {"add": _add, "list": _list, "remove": _remove, "check": _check}[arguments.action](arguments)


def _add(arguments: argparse.Namespace) -> int:
    from detector.errors import UserError
    from detector.evaluation.pins import MOST_BYTES, add_pin
    from detector.labels import label_of

    added, failed = [], 0
    for name in arguments.pictures:
        path = Path(name)
        try:
            if path.stat().st_size > MOST_BYTES:  # before it is read
                raise UserError(f"{path.name} has more than {MOST_BYTES // 1_000_000} MB: save it smaller.")
            source = str(path.resolve().parent)
            added.append(add_pin(path.read_bytes(), label_of(arguments.label), path.name, arguments.note, source))
        except (UserError, OSError) as error:
            failed += 1
            print(f"left out: {error}", file=sys.stderr)
    if arguments.json:
        print(json.dumps({"added": [asdict(pin) for pin in added], "left_out": failed}))
    else:
        for pin in added:
            print(f"{pin.sha256[:12]}  {arguments.label:<4}  {pin.name}")
    return 1 if failed else 0


def _list(arguments: argparse.Namespace) -> int:
    from detector.evaluation.pin_results import ledger, list_results, standing_words
    from detector.evaluation.pins import list_pins
    from detector.labels import LABEL_NAMES

    pins = list_pins()
    standings = ledger(pins, list_results())
    if arguments.json:
        print(json.dumps({"pins": [asdict(pin) for pin in pins], "detectors": [_standing(each) for each in standings]}))
        return 0
    if not pins:
        print('No image is pinned yet. Pin one: python -m detector pins add photo.jpg --label real --note "why"')
    for pin in pins:
        print(f"{pin.sha256[:12]}  {LABEL_NAMES[pin.label]:<4}  {pin.name}{f'  ({pin.note})' if pin.note else ''}")
    for standing in standings:
        print(f"{standing.result.name}: {standing_words(standing)}")
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    from detector.evaluation.pins import find_pin, remove_pin

    pins = [find_pin(start) for start in arguments.hashes]  # all are found before any is removed
    for pin in pins:
        remove_pin(pin.sha256)
    if arguments.json:
        print(json.dumps({"removed": [pin.sha256 for pin in pins]}))
    else:
        print(f"Removed {len(pins)} {'pin' if len(pins) == 1 else 'pins'}.")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from detector.compare import name_of
    from detector.evaluation.pin_check import check_pins
    from detector.evaluation.pin_results import ledger, list_results, standing_words
    from detector.evaluation.pins import list_pins
    from detector.models.library import default_name, find_weights

    folder = find_weights(arguments.weights or default_name())
    with tqdm(unit="image", file=sys.stderr, disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        result = check_pins(folder, name_of(folder), show)
    pins = list_pins()
    standing = next(each for each in ledger(pins, list_results()) if each.result.weights == result.weights)
    if arguments.json:
        print(json.dumps(_standing(standing)))
        return 0
    print(f"{result.name}: {standing_words(standing)}")
    for word, changed in (("fixed", standing.fixed), ("broke", standing.broke)):
        for pin in changed:
            print(f"  {word}  {pin.sha256[:12]}  {pin.name}")
    return 0


def _standing(standing: Any) -> dict[str, Any]:
    result = standing.result
    return {
        "name": result.name,
        "weights": result.weights,
        "threshold": result.threshold,
        "right": standing.right,
        "judged": standing.judged,
        "before": standing.before,
        "fixed": [pin.sha256 for pin in standing.fixed],
        "broke": [pin.sha256 for pin in standing.broke],
        "scores": dict(result.scores),
        "learnt_from": sorted(result.seen),
    }
