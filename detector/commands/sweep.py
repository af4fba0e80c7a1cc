"""python -m detector sweep: try many settings, as the Sweeps page does."""

import argparse
import json
import sys
from typing import Any

from detector.errors import RunError, UserError
from detector.training.config import TrainConfig
from detector.training.flags import add_flags, config_from
from detector.training.presets import PRESETS, preset_config
from detector.training.status import RunStatus
from detector.training.summary import summarise
from detector.training.sweep import Sweep, create_sweep, default_jobs, default_name, find_sweep, list_sweeps
from detector.training.sweep_plan import SWEEPS, SweepPlan, grid, parse_axis, parse_point, preset_sweep
from detector.training.sweep_result import MEASURES, Outcome, outcomes, ranked, rivals

EXAMPLES = """examples:
  python -m detector sweep create faces --preset boston-grid --data photos/
  python -m detector sweep run faces
  python -m detector sweep create rates --data lab --model lenet5 --vary learning_rate=0.01,0.001 --vary batch_size=32,64
  python -m detector sweep create pairs --data lab --point batch_size=32,epochs=5 --point batch_size=64,epochs=9
  python -m detector sweep show faces --json

Values have commas between them, or semicolons where a value holds commas. The best run is chosen on validation images; only its
test number is shown, since choosing by test images would flatter.
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "sweep", help="try many settings", description=__doc__, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = actions.add_parser("create", help="make a sweep; it is started by run")
    create.add_argument("name", nargs="?", default="", help="the sweep's name (default: made from the time)")
    create.add_argument("--preset", choices=[*SWEEPS, *PRESETS], help="a study's whole grid, or a preset to vary")
    create.add_argument("--vary", metavar="FIELD=VALUES", action="append", default=[], help="a field and the values to try")
    create.add_argument("--point", metavar="CHANGES", action="append", default=[], help="one run of a list, instead of --vary")
    create.add_argument("--jobs", type=int, default=0, metavar="N", help="runs at once (default: one for two cores)")
    create.add_argument("--json", action="store_true", help="print one JSON object")
    add_flags(create)
    run = actions.add_parser("run", help="start it, or go on with what is not finished; Ctrl-C stops its runs in order")
    run.add_argument("name")
    run.add_argument("--jobs", type=int, default=0, metavar="N", help="change the number of runs at once")
    stop = actions.add_parser("stop", help="stop it and its runs")
    stop.add_argument("name")
    show = actions.add_parser("show", help="its runs, the best on validation first")
    show.add_argument("name")
    show.add_argument("--measure", choices=MEASURES, default="accuracy", help="what to choose by (default: accuracy)")
    listing = actions.add_parser("list", help="every sweep, newest first")
    for each in (run, show, listing):
        each.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked; 1 when a sweep ran and no run of it finished."""
    return {"create": _create, "run": _run, "stop": _stop, "show": _show, "list": _list}[arguments.action](arguments)


def _create(arguments: argparse.Namespace) -> int:
    base, axes = TrainConfig(), dict[str, tuple[Any, ...]]()
    if arguments.preset in SWEEPS:
        base, axes = preset_sweep(arguments.preset)
    elif arguments.preset:
        base = preset_config(arguments.preset)
    axes |= dict(parse_axis(text) for text in arguments.vary)
    if arguments.point and axes:
        raise UserError("Give either a grid (--vary, or a study's grid) or a list (--point), not both.")
    if not arguments.point and not axes:
        raise UserError("Say what to try, like --vary learning_rate=0.01,0.001, or take --preset boston-grid.")
    points = tuple(parse_point(text) for text in arguments.point) or grid(axes)
    plan = SweepPlan(config_from(arguments, base), points, arguments.jobs or default_jobs())
    sweep = create_sweep(arguments.name or default_name(), plan)
    if arguments.json:
        print(json.dumps(_facts(sweep)))
    else:
        print(f"{len(points)} runs, {plan.jobs} at once. Start them: python -m detector sweep run {sweep.name}")
    return 0


def _run(arguments: argparse.Namespace) -> int:
    from filelock import Timeout

    sweep = find_sweep(arguments.name)
    if arguments.jobs:
        sweep.set_jobs(arguments.jobs)
    try:
        # A reader may be probing the lock this very moment, so wait a little before calling it taken.
        with sweep.lock().acquire(timeout=10):
            status = _work(sweep)
    except Timeout:
        raise RunError(f"The sweep {sweep.name} is being run by another process already.") from None
    if arguments.json:
        print(json.dumps(_result(sweep, "accuracy")))
    else:
        _print(sweep, "accuracy")
    return 0 if status.state != "failed" else 1


def _work(sweep: Sweep) -> RunStatus:
    from tqdm import tqdm

    from detector.training.sweep_worker import work

    sweep.stop_file.unlink(missing_ok=True)
    total = len(sweep.plan().points)
    sweep.write_status(RunStatus(state="running", phase="Starting", epochs=total))
    shape = "{l_bar}{bar}| {n:.1f}/{total} runs [{elapsed}<{remaining}{postfix}]"
    with tqdm(total=total, unit="run", file=sys.stderr, disable=None, bar_format=shape) as bar:

        def show(status: RunStatus) -> None:
            bar.n = round(status.share * total, 2)
            bar.refresh()

        try:
            return work(sweep, show)
        except BaseException as error:
            # Whatever it was, a second Ctrl-C included, the page must not show a sweep that seems to go on.
            sweep.write_status(RunStatus("failed", epochs=total, message=str(error) or type(error).__name__))
            raise


def _stop(arguments: argparse.Namespace) -> int:
    find_sweep(arguments.name).stop()
    print(f"{arguments.name} is asked to stop. Go on with: python -m detector sweep run {arguments.name}")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    sweep = find_sweep(arguments.name)
    if arguments.json:
        print(json.dumps(_result(sweep, arguments.measure)))
    else:
        _print(sweep, arguments.measure)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    rows = [_facts(sweep) for sweep in list_sweeps()]
    if arguments.json:
        print(json.dumps({"sweeps": rows}))
        return 0
    if not rows:
        print("No sweeps yet. Make one: python -m detector sweep create --preset boston-grid --data FOLDER")
    for row in rows:
        print(f"{row['name']:<40}  {row['state']:<12} {row['ended']:>4}/{row['runs']:<4} {', '.join(row['varied'])}")
    return 0


def _facts(sweep: Sweep) -> dict[str, Any]:
    plan, status = sweep.plan(), sweep.status()
    return {
        "name": sweep.name,
        "folder": str(sweep.folder),
        "state": status.state,
        "message": status.message,
        "runs": len(plan.points),
        "ended": status.epoch,
        "jobs": plan.jobs,
        "varied": plan.varied,
        "same_images": plan.same_images,
    }


def _result(sweep: Sweep, measure: str) -> dict[str, Any]:
    found = _outcomes(sweep)
    order = ranked(found, measure)
    best = order[0] if order else None
    return {
        **_facts(sweep),
        "measure": measure,
        "points": [_point(outcome) for outcome in found],
        "best": best and {**_point(best), "test": dict(best.run.test) if best.run else None},
        "not_clearly_worse": [outcome.run.name for outcome in rivals(order, measure) if outcome.run],
    }


def _point(outcome: Outcome) -> dict[str, Any]:
    run = outcome.run
    return {
        "run": run.name if run else None,
        "state": outcome.state,
        "settings": dict(outcome.settings),
        "valid": {name: outcome.valid(name) for name in MEASURES},
        "intervals": {name: outcome.interval(name) for name in MEASURES},
        "n": outcome.n,
    }


def _outcomes(sweep: Sweep) -> list[Outcome]:
    return outcomes(sweep.plan(), sweep.name, [summarise(run) for run in sweep.runs().values()])


def _print(sweep: Sweep, measure: str) -> None:
    from detector.evaluation.terms import shown

    facts, found = _facts(sweep), _outcomes(sweep)
    order = ranked(found, measure)
    print(f"{sweep.name}: {facts['state']}, {facts['ended']} of {facts['runs']} runs have ended. {facts['message']}".rstrip())
    for outcome in [*order, *(each for each in found if each not in order)]:
        settings = ", ".join(f"{name} {value}" for name, value in outcome.settings.items())
        bounds = outcome.interval(measure)
        between = f"({shown(measure, bounds[0])} – {shown(measure, bounds[1])}), n = {outcome.n}" if bounds else ""
        name = outcome.run.name if outcome.run else "–"
        print(f"  {outcome.state:<12} {shown(measure, outcome.valid(measure)):>7} {between:<30} {settings:<44}  {name}")
    if order and order[0].run:
        best = order[0].run
        near = len(rivals(order, measure))
        print(f"Best on validation: {best.name}. {near} others are not clearly worse." if near else f"Best: {best.name}.")
        if best.test:
            bounds = best.test["intervals"].get(measure)
            between = f" ({shown(measure, bounds[0])} – {shown(measure, bounds[1])})" if bounds else ""
            print(f"Its test {MEASURES[measure]}: {shown(measure, best.test[measure])}{between}, n = {best.test['n']}.")
