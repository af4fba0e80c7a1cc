"""python -m detector compare: two or more detectors on the same images, and whether their difference may be chance."""

import argparse
import json
import sys

from tqdm import tqdm

from detector.errors import UserError

EXAMPLES = """examples:
  python -m detector compare first second
  python -m detector compare faces art lab --data photos/ --json
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "compare", help="detectors on the same images", description=__doc__, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("detectors", nargs="+", metavar="RUN", help="a run; with --data also weights of the library or a folder")
    parser.add_argument("--data", default="", help="a data set that each scores, without the images it learnt from (kept)")
    parser.add_argument(
        "--split", default="test", choices=("test", "valid"), help="which of the runs' own images (default: test)"
    )
    parser.add_argument("--out", metavar="FILE.csv", help="also write one row an image with every score")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Score what has to be scored, compare, and print."""
    from detector.compare import of_run, on_data
    from detector.evaluation.compare import Comparison, compare
    from detector.evaluation.compare_words import (
        MEASURE_WORDS,
        difference_words,
        kappa_words,
        match_words,
        pair_sentence,
        warnings,
    )
    from detector.evaluation.joined import Scored, join
    from detector.evaluation.terms import shown, shown_interval

    if len(arguments.detectors) < 2:
        raise UserError("A comparison needs two detectors or more: name another one.")

    def scored(spec: str) -> Scored:
        if not arguments.data:
            return of_run(spec, arguments.split)
        with tqdm(unit="image", desc=spec, file=sys.stderr, disable=None) as bar:

            def show(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            return on_data(spec, arguments.data, progress=show, device=arguments.device)

    found: Comparison = compare(join([scored(spec) for spec in arguments.detectors]))
    if arguments.out:
        from pathlib import Path

        from detector.files import write_text

        write_text(Path(arguments.out), found.joined.table().to_csv(index=False))
    for line in warnings(found):
        print(f"warning: {line}", file=sys.stderr)
    if arguments.json:
        print(json.dumps(found.to_dict()))
        return 0
    for line in match_words(found):
        print(line)
    for name, metrics in zip(found.joined.names, found.metrics, strict=True):
        numbers = (f"{word} {shown(key, getattr(metrics, key))} ({shown_interval(metrics, key)})"
                   for key, word in MEASURE_WORDS.items() if key in metrics.intervals)  # fmt: skip
        print(f"{name}: {', '.join(numbers)}")
    for pair in found.pairs:
        print(pair_sentence(found, pair))
        print(f"  verdicts agree on {pair.agreement:.1%}; kappa {kappa_words(pair.kappa)}")
        for key, word in MEASURE_WORDS.items():
            if words := difference_words(pair, key):
                print(f"  {word}, first minus second: {words}")
    return 0
