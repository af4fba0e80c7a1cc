"""python -m detector: the command line, twin of the pages."""

import argparse
import logging
import os
import sys

from detector import __version__
from detector.commands import (
    align,
    audit,
    benchmark,
    calibrate,
    check_maps,
    clean,
    compare,
    cross,
    data,
    equalise,
    evaluate,
    explain,
    explain_study,
    grade_maps,
    leave_one_out,
    pins,
    predict,
    report,
    reproduce,
    review,
    robustness,
    runs,
    save,
    sweep,
    train,
)
from detector.errors import UserError

COMMANDS = {
    "data": data,
    "audit": audit,
    "train": train,
    "evaluate": evaluate,
    "robustness": robustness,
    "cross": cross,
    "leave-one-out": leave_one_out,
    "benchmark": benchmark,
    "calibrate": calibrate,
    "equalise": equalise,
    "align": align,
    "clean": clean,
    "predict": predict,
    "explain": explain,
    "explain-study": explain_study,
    "check-maps": check_maps,
    "grade-maps": grade_maps,
    "compare": compare,
    "pins": pins,
    "review": review,
    "runs": runs,
    "save": save,
    "report": report,
    "sweep": sweep,
    "reproduce": reproduce,
}


def main(words: list[str] | None = None) -> int:
    """Run one command; returns its exit status: 0 well, 1 nothing could be done, 2 a mistake that the message explains."""
    parser = argparse.ArgumentParser(
        prog="python -m detector", description="Telltale: a lab for detectors of AI-generated images."
    )
    parser.add_argument("--version", action="version", version=f"Telltale {__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS.values():
        command.add_parser(subparsers)
    arguments = parser.parse_args(words)
    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.WARNING)
    try:
        return COMMANDS[arguments.command].run(arguments)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the command line's own words
        return 2
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
