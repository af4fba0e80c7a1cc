"""python -m detector review: queues that people look through, what came out, and what was said elsewhere."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

EXAMPLES = """examples:
  python -m detector review list
  python -m detector review create doubtful --run first --order uncertain --blind
  python -m detector review create holiday --folder photos/ --weights faces --answers 2
  python -m detector review stats doubtful --json
  python -m detector review export doubtful --out answers.parquet
  python -m detector review import doubtful answers-of-a-colleague.csv
  python -m detector review data doubtful --name corrected
  python -m detector review pin doubtful
"""
SOURCES = ("folder", "zip", "run", "batch", "data")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "review", help="what people say of images", description=__doc__, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="every queue, and how far it is")
    create = actions.add_parser("create", help="a new queue of images")
    numbers = actions.add_parser("stats", help="how right and how much of one mind people were")
    export = actions.add_parser("export", help="write the answers down")
    merge = actions.add_parser("import", help="add the answers of an export; twice is as good as once")
    data = actions.add_parser("data", help="make a data set of what people said, to train on")
    pin = actions.add_parser("pin", help="pin the images on which people contradict the model")
    for each in (create, numbers, export, merge, data, pin):
        each.add_argument("queue", help="the queue's name")
    for each in (listed, create, numbers, merge, data, pin):
        each.add_argument("--json", action="store_true", help="print one JSON object")
    _create_options(create)
    export.add_argument("--out", required=True, metavar="FILE", help="ending in .csv, .jsonl or .parquet")
    merge.add_argument("file", metavar="FILE", help="an export: CSV, JSONL or Parquet")
    data.add_argument("--name", default="", help="the new data set's name in the workspace")
    data.add_argument("--table", default="", metavar="FILE.csv", help="write a table of the images where they lie instead")
    data.add_argument("--only-changed", action="store_true", help="only images on which people contradict the model")


def _create_options(create: argparse.ArgumentParser) -> None:
    source = create.add_mutually_exclusive_group(required=True)
    source.add_argument("--folder", help="every picture below a folder")
    source.add_argument("--zip", help="the pictures of a zip")
    source.add_argument("--run", help="what a run predicted for its own images")
    source.add_argument("--batch", help="the results of a batch")
    source.add_argument("--data", help="a data set, whose classes are known")
    create.add_argument("--order", default="uncertain", choices=("uncertain", "disagreement", "confident", "random"))
    create.add_argument(
        "--weights", action="append", default=[], metavar="NAME", help="a detector that scores them; may come twice"
    )
    create.add_argument("--answers", type=int, default=1, help="how many people see each image (default: 1)")
    create.add_argument("--blind", action="store_true", help="people answer before they see the verdict, and again after")
    create.add_argument("--seed", type=int, default=0, help="of the random order")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; 1 when some images or answers had to be left out."""
    actions = {
        "list": _list,
        "create": _create,
        "stats": _stats,
        "export": _export,
        "import": _import,
        "data": _data,
        "pin": _pin,
    }
    return actions[arguments.action](arguments)


def _list(arguments: argparse.Namespace) -> int:
    from detector.review.desk import list_queues

    queues = list_queues()
    if arguments.json:
        print(json.dumps({"queues": [asdict(queue) | {"progress": asdict(progress)} for queue, progress in queues]}))
        return 0
    if not queues:
        print("There is no queue yet. Make one: python -m detector review create doubtful --run NAME")
    for queue, progress in queues:
        done = f"{progress.done:,} of {progress.images:,} images done, {progress.answers:,} answers"
        print(f"{queue.name}  {done} ({'blind, ' if queue.blind else ''}{queue.order})")
    return 0


def _create(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from detector.review import desk

    source = next(name for name in SOURCES if getattr(arguments, name))
    given = getattr(arguments, source)
    with tqdm(unit="image", file=sys.stderr, disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        found = {
            "folder": lambda: desk.from_folder(Path(given), show),
            "zip": lambda: desk.from_zip(Path(given), show),
            "run": lambda: desk.from_run(given),
            "batch": lambda: desk.from_batch(given),
            "data": lambda: desk.from_data(given, show),
        }[source]()
    queue = desk.create_queue(
        arguments.queue, arguments.order, answers=arguments.answers, blind=arguments.blind, seed=arguments.seed
    )
    added, left_out = desk.add_images(queue.name, found.images), found.left_out
    for detector in arguments.weights:
        left_out = left_out + desk.score_queue(queue.name, detector)
    for line in left_out:
        print(f"left out: {line}", file=sys.stderr)
    if arguments.json:
        print(json.dumps({"queue": queue.name, "images": added, "left_out": left_out}))
    else:
        print(f"{queue.name}: {added:,} images.")
    return 1 if left_out else 0


def _stats(arguments: argparse.Namespace) -> int:
    from detector.review.desk import stats

    found = stats(arguments.queue)
    if arguments.json:
        print(json.dumps(asdict(found)))
        return 0
    for line in found.sentences():
        print(line)
    from detector.review.agreement import words
    from detector.review.words import counted, percent

    for person in found.people:
        right = f", right in {percent(person.right)}" if person.right.n else ""
        print(f"  {person.name}: {counted(person.answers, 'answer')}, {person.unsure:,} unsure{right}")
    for pair in found.pairs:
        print(f"  {pair.first} and {pair.second}: Cohen's kappa {words(pair.kappa)}, {counted(pair.images, 'image')}")
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from detector.errors import UserError
    from detector.files import atomic_path
    from detector.review.desk import KINDS, export_bytes

    out = Path(arguments.out)
    kind = out.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise UserError(f"{out.name} should end in .csv, .jsonl or .parquet, to say which kind of table is wanted.")
    data = export_bytes(arguments.queue, kind)
    try:
        with atomic_path(out) as temporary:
            temporary.write_bytes(data)
    except OSError as error:
        raise UserError(f"{out} cannot be written ({error.strerror}): choose another place for --out.") from error
    return 0


def _import(arguments: argparse.Namespace) -> int:
    from detector.errors import UserError
    from detector.review.desk import import_answers

    try:
        data = Path(arguments.file).read_bytes()
    except OSError as error:
        raise UserError(f"{arguments.file} cannot be read ({error.strerror}): give an export of answers.") from error
    found = import_answers(arguments.queue, data, Path(arguments.file).name)
    for line in found.left_out:
        print(f"left out: {line}", file=sys.stderr)
    if arguments.json:
        print(json.dumps(asdict(found)))
    else:
        print(f"{found.added:,} answers are new, {found.known:,} were known; {found.images:,} images came without their files.")
    return 1 if found.left_out else 0


def _data(arguments: argparse.Namespace) -> int:
    from detector.errors import UserError
    from detector.files import write_text
    from detector.review.desk import corrected_folder, corrected_table

    if bool(arguments.name) == bool(arguments.table):
        raise UserError("Give --name for a data set in the workspace, or --table for a table of the images where they lie.")
    if arguments.table:
        write_text(Path(arguments.table), corrected_table(arguments.queue, only_changed=arguments.only_changed).decode())
        place = arguments.table
    else:
        place = str(corrected_folder(arguments.queue, arguments.name, only_changed=arguments.only_changed))
    train = arguments.table or arguments.name
    print(json.dumps({"place": place}) if arguments.json else f"{place}\nTrain on it: python -m detector train --data {train}")
    return 0


def _pin(arguments: argparse.Namespace) -> int:
    from detector.review.desk import send_to_ledger

    sent = send_to_ledger(arguments.queue)
    for line in sent.left_out:
        print(f"left out: {line}", file=sys.stderr)
    print(json.dumps(asdict(sent)) if arguments.json else f"Pinned {sent.pinned:,} {'image' if sent.pinned == 1 else 'images'}.")
    return 1 if sent.left_out else 0


_ACTIONS = {"list": _list, "create": _create, "stats": _stats, "export": _export, "import": _import, "data": _data, "pin": _pin}
