"""python -m detector report: what is known of one run, or of several side by side, as one HTML file."""

import argparse
import json
from pathlib import Path

EXAMPLES = """examples:
  python -m detector report first
  python -m detector report first second --out comparison.html
  python -m detector report first --thumbnails --json

The file needs nothing else: no network, no other file, no script. It opens in any browser and prints on A4. With --thumbnails it
holds small copies of pictures: mind their licences and the people on them before you pass it on.
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "report", help="a run, or several side by side, as one HTML file", description=__doc__, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("runs", nargs="+", metavar="RUN", help="a run; two or more are compared on the same images")
    parser.add_argument("--out", default="report.html", metavar="FILE.html", help="where to write it (default: report.html)")
    parser.add_argument(
        "--split", default="", choices=("test", "valid"), help="which images (default: test, or valid where no test was kept)"
    )
    parser.add_argument("--thumbnails", action="store_true", help="put small copies of the shown pictures into the file")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Write the report and say where."""
    from detector.errors import UserError
    from detector.files import write_text
    from detector.report.comparison_report import comparison_report
    from detector.report.run_report import run_report
    from detector.report.subject import subject_of
    from detector.report.words import summary
    from detector.training.runs import find_run

    runs = [find_run(name) for name in dict.fromkeys(arguments.runs)]
    subjects = [subject_of(each, arguments.split) for each in runs]
    if len(runs) == 1:
        text = run_report(subjects[0], arguments.thumbnails)
    else:
        text = comparison_report(runs, arguments.split, arguments.thumbnails)
    out = Path(arguments.out).expanduser()
    try:
        write_text(out, text)
    except OSError as error:
        raise UserError(f"The report cannot be written to {out}: {error.strerror or error}.") from error
    if arguments.json:
        found = [
            {"run": each.name, "split": each.split, "metrics": each.metrics.to_dict() if each.metrics else None}
            for each in subjects
        ]
        print(json.dumps({"file": str(out), "bytes": out.stat().st_size, "runs": found}))
    else:
        for each in subjects:
            print(summary(each))
        print(f"The report is in {out} ({out.stat().st_size / 1000:.0f} kB).")
    return 0
