"""python -m detector audit: what would a cheater score on these pictures, who never looks at what they show?"""

import argparse
import json
import sys
from typing import TYPE_CHECKING

from tqdm import tqdm

if TYPE_CHECKING:
    from detector.data.audit import Audit
    from detector.data.equalise import Equalise
    from detector.data.manifest import Manifest

EXAMPLES = """examples:
  python -m detector audit photos/
  python -m detector audit photos/ --json > audit.json
  python -m detector audit photos/ --equalise crop --side 256
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "audit",
        help="find shortcuts that a detector could cheat by",
        description="Small models that may see only the file's metadata, the size, a 16 × 16 thumbnail, colours, or a spectrum "
        "try to tell the two classes apart. Where one does well, a detector may learn that instead.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", metavar="DIR", help="a folder with one sub-folder a class, a CSV table, or lab")
    parser.add_argument(
        "--equalise", choices=("crop", "resize"), help="audit the pictures as this size rule and one JPEG compression make them"
    )
    parser.add_argument("--side", type=int, default=0, help="side in pixels for --equalise (default: what nearly all reach)")
    parser.add_argument("--most", type=int, default=0, help="pictures a class that are looked at (default: 2000)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Audit the pictures, keep the audit with the data set, and print it; raises UserError for data that cannot be used."""
    from detector.data.audit import MOST, run_audit
    from detector.data.audit_store import write_audit
    from detector.data.folders import open_data
    from detector.errors import UserError

    if arguments.most < 0:
        raise UserError(f"The number of pictures should be 1 or more, not {arguments.most}.")
    if arguments.side and not arguments.equalise:
        raise UserError("--side belongs to --equalise: say crop or resize, too.")
    most = arguments.most or MOST
    with tqdm(unit="image", file=sys.stderr, disable=None) as bar:

        def show(done: int, total: int) -> None:
            if bar.total != total or done < bar.n:
                bar.reset(total)
            bar.update(done - bar.n)

        bar.set_description("reading")
        manifest = open_data(arguments.data, show)
        equalise = _equalise(arguments, manifest)
        bar.set_description("auditing")
        audit = run_audit(manifest, equalise, show, most)
    if most >= MOST:  # a smaller one would take the place of a better one
        try:
            write_audit(manifest, audit, equalise)
        except OSError as error:
            print(f"warning: the audit cannot be kept ({error.strerror})", file=sys.stderr)
    if arguments.json:
        print(json.dumps({"data": arguments.data, **audit.to_dict()}, ensure_ascii=False))
    else:
        _print(audit)
    return 0


def _equalise(arguments: argparse.Namespace, manifest: "Manifest") -> "Equalise | None":
    from detector.data.equalise import Equalise, default_side

    if not arguments.equalise:
        return None
    return Equalise(arguments.equalise, arguments.side or default_side(manifest.items))


def _print(audit: "Audit") -> None:
    from detector.data.audit_words import LIGHT_WORDS, TITLES, driver_sentences, headline, looked_at, score_words

    print(f"{LIGHT_WORDS[audit.light]}. {headline(audit)}")
    print(looked_at(audit))
    for finding in audit.findings:
        print(f"  {finding.light:<6} {TITLES[finding.probe]:<22} {score_words(finding)}")
        if finding.light in ("amber", "red"):
            for said in driver_sentences(finding):
                print(f"         {said}")
