"""python -m detector train: train a network, as the Train page does."""

import argparse
import os
import sys

from tqdm import tqdm

from detector.errors import RunError, UserError
from detector.training.config import TrainConfig
from detector.training.flags import add_flags, config_from
from detector.training.presets import PRESETS, preset_config
from detector.training.runs import Run, create_run, find_run
from detector.training.status import RunStatus

EXAMPLES = """examples:
  python -m detector train --data lab --model lenet5 --epochs 15
  python -m detector train --data photos/ --preset fine-tune --name my-detector
  python -m detector train --resume my-detector
  torchrun --standalone --nproc_per_node 2 -m detector train --run-dir workspace/runs/my-detector
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "train",
        help="train a network",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--preset", choices=PRESETS, help="start from these settings; other flags change them")
    parser.add_argument("--name", default="", help="the run's name (default: model, data and time)")
    parser.add_argument("--create-only", action="store_true", help="make the run folder, print it and do not train: for torchrun")
    parser.add_argument("--resume", metavar="NAME", help="go on with a run that was stopped or interrupted")
    parser.add_argument("--run-dir", metavar="DIR", help="train, or go on with, the run in this folder")
    add_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Train in the foreground with a progress bar; prints the run's folder last."""
    target = _target(arguments)
    if not arguments.create_only:
        _work(target)
    if _is_first_process():
        print(target.folder)
    return 0


def _target(arguments: argparse.Namespace) -> Run:
    if arguments.run_dir:
        from pathlib import Path

        found = Run(Path(arguments.run_dir).resolve())
        found.config()
        return found
    if arguments.resume:
        found = find_run(arguments.resume)
        if not found.status().resumable:
            raise RunError(f"{found.name} is {found.status().state}: only a stopped, interrupted or failed run can be resumed.")
        return found
    base = preset_config(arguments.preset) if arguments.preset else TrainConfig()
    return create_run(config_from(arguments, base), arguments.name)


def _work(target: Run) -> None:
    """Hold the run's lock and train. Under torchrun only the first process does: the others share its work."""
    if not _is_first_process():
        from detector.training.engine import fit

        fit(target)
        return
    from filelock import Timeout

    try:
        # A reader may be probing the lock this very moment, so wait a little before calling it taken.
        with target.lock().acquire(timeout=10):
            target.stop_file.unlink(missing_ok=True)
            epoch, epochs = target.finished_epochs(), target.config().planned_epochs
            target.write_status(RunStatus(state="running", phase="Loading libraries", epoch=epoch, epochs=epochs))
            _fit_with_bar(target)
    except Timeout:
        raise RunError(f"{target.name} is being trained by another process already.") from None


def _is_first_process() -> bool:
    """False in the helpers that torchrun starts beside the first process."""
    return os.environ.get("RANK", "0") == "0"


def _fit_with_bar(target: Run) -> None:
    from detector.training.engine import fit

    total = target.config().planned_epochs or 1
    with tqdm(
        total=total,
        unit="epoch",
        file=sys.stderr,
        disable=None,
        bar_format="{l_bar}{bar}| {n:.1f}/{total} epochs [{elapsed}<{remaining}{postfix}]",
    ) as bar:

        def show(status: RunStatus) -> None:
            bar.n = round(status.share * total, 2)
            bar.set_postfix_str(status.phase if status.phase != "Training" else "", refresh=True)

        try:
            fit(target, show)
        except KeyboardInterrupt:
            raise UserError(f"Stopped from the keyboard. Go on with: python -m detector train --resume {target.name}") from None
    for row in target.metrics()[-1:]:
        numbers = ", ".join(f"{key} {value:.4g}" for key, value in row.items() if isinstance(value, int | float))
        tqdm.write(numbers, file=sys.stderr)
