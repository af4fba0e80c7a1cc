"""python -m detector reproduce: run the studies again, and see what they gave here beside what their reports say."""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from detector.errors import RunError, UserError
from detector.studies.plan import SCALES
from detector.studies.plans import PLANS
from detector.training.status import RunStatus

if TYPE_CHECKING:
    from detector.studies.result import StudyResult

EXAMPLES = """examples:
  python -m detector reproduce athens --role web=pictures/mixed --role other=pictures/dalle
  python -m detector reproduce rice --role 'avatar=pictures/art::human__illustrations*,*pixiv*' --role castle=pictures/castles
  python -m detector reproduce all --role faces=pictures/faces --role tiny=pictures/cifar --out results --json

A role's folder holds one sub-folder a class, real and ai. After :: only files whose name matches a pattern count, or with a !
before the pattern only those that do not. A role named twice takes both folders.
"""
ALL = "all"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    from detector.studies.roles import ROLES

    roles = "\n".join(f"  {name:<8} {words}" for name, words in ROLES.items())
    needs = "\n".join(f"  {plan.name:<10} {', '.join(plan.roles)}" for plan in PLANS.values())
    parser = subparsers.add_parser(
        "reproduce", help="run the student studies again", description=__doc__,
        epilog=f"roles:\n{roles}\n\nwhat each study takes:\n{needs}\n\n{EXAMPLES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("study", choices=(*PLANS, ALL))
    parser.add_argument(
        "--scale",
        default="small",
        choices=SCALES,
        help="small: minutes on two cores; full: the report's own epochs (default: small)",
    )
    parser.add_argument("--role", metavar="NAME=FOLDER", action="append", default=[], help="fill a role with a folder's images")
    parser.add_argument("--out", metavar="DIR", help="also write each result as DIR/STUDY.json")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Run one study or all of them; a study without any role filled is passed over when all are asked for."""
    from detector.studies.result import StudyResult, write_result
    from detector.studies.roles import parse_roles, with_union

    roles = parse_roles(arguments.role)
    filled = with_union(roles)
    wanted = list(PLANS) if arguments.study == ALL else [arguments.study]
    results: list[StudyResult] = []
    for name in wanted:
        if arguments.study == ALL and not any(each.role in filled for each in PLANS[name].experiments):
            print(f"{name}: passed over, none of its roles is filled ({', '.join(PLANS[name].roles)}).", file=sys.stderr)
            continue
        result = _one(name, arguments.scale, arguments.role)
        results.append(result)
        if arguments.out:
            try:
                write_result(Path(arguments.out) / f"{name}.json", result)
            except OSError as error:
                raise UserError(
                    f"{arguments.out} cannot be written ({error.strerror}): choose another place for --out."
                ) from error
        if not arguments.json:
            _print(result)
    if not results:
        raise UserError(
            f"No role of any study is filled: name folders with --role NAME=FOLDER ({', '.join(PLANS)} --help tells)."
        )
    if arguments.json:
        print(json.dumps({"studies": [result.to_dict() for result in results]}))
    return 0


def _one(name: str, scale: str, words: list[str]) -> "StudyResult":
    """Run a study under its job's lock, so that the page shows it and none runs twice."""
    from filelock import Timeout

    from detector.studies.job import Job
    from detector.studies.reproduce import StudyStopped, reproduce
    from detector.studies.result import write_result
    from detector.studies.roles import parse_roles

    job, plan = Job(name, scale), PLANS[name]
    try:
        with job.lock().acquire(timeout=3), tqdm(
            total=len(plan.experiments), unit="experiment", file=sys.stderr, disable=None,
            bar_format=name + " {bar}| {n:.2f}/{total} [{elapsed}{postfix}]",
        ) as bar:  # fmt: skip
            job.stop_file.unlink(missing_ok=True)
            job.write_settings([_absolute(word) for word in words])
            status = RunStatus(state="running", phase="Loading libraries", epochs=len(plan.experiments))
            job.write_status(status)

            def show(now: RunStatus) -> None:
                nonlocal status
                status = now
                bar.n = now.epoch + (now.step / now.steps if now.steps else 0)
                bar.set_postfix_str(now.phase)
                job.write_status(now, force=False)

            try:
                result = reproduce(plan, scale, parse_roles(words), show, job.stop_file.exists)
                if not result.outcomes:
                    raise RunError("No experiment could be run: " + " ".join(dict.fromkeys(result.skipped.values())))
            except StudyStopped as error:
                job.write_status(_closed(status, "stopped", str(error)))
                raise
            except BaseException as error:
                # Whatever it was, KeyboardInterrupt included, the page must not show a study that seems to go on.
                job.write_status(_closed(status, "failed", str(error) or type(error).__name__))
                raise
            write_result(job.result_file, result)
            job.write_status(_closed(status, "finished", ""))
    except Timeout:
        raise RunError(f"The study {name} is being run by another process already.") from None
    return result


def _closed(status: RunStatus, state: str, message: str) -> RunStatus:
    return replace(status, state=state, message=message, phase="", step=0, steps=0, seconds_left=None)


def _absolute(word: str) -> str:
    """The role with its folder's whole path: the worker that goes on may be started from elsewhere."""
    name, _, rest = word.partition("=")
    folder, mark, patterns = rest.partition("::")
    return f"{name}={Path(folder.strip()).expanduser().resolve()}{mark}{patterns}"


def _print(result: "StudyResult") -> None:
    from detector.studies.words import MEASURES, VERDICTS, shown, shown_interval, test_words

    titles = {outcome.name: outcome for outcome in result.outcomes}
    print(f"\n{result.study} at {result.scale} scale: {result.seconds:.0f} s of training and testing")
    if result.numbers:
        print(f"  {'':<44} {'reported':>9} {'here':>7}  95 % interval    n")
    for row in result.numbers:
        outcome = titles[row.experiment]
        label = f"{outcome.title} · {outcome.role} · {test_words(row.test)} {MEASURES.get(row.measure, row.measure)}"
        interval = shown_interval(row.measure, row.low, row.high)
        reported = ("about " if row.about else "") + shown(row.measure, row.reported)
        here = f"{shown(row.measure, row.here):>7}  {interval:<15} {row.n:>5}"
        print(f"  {label:<44.74} {reported:>9} {here}  {row.words}")
    for claim in result.claims:
        print(f"  {VERDICTS[claim.verdict]}: {claim.text} {claim.words}")
    for reason, names in result.reasons().items():
        print(f"  not run: {', '.join(names)}. {reason}")
