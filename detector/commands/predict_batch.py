"""The half of `predict` that works a batch: begun, gone on with, and written to a table once all is done."""

import argparse
import contextlib
import json
import sys
from pathlib import Path

from detector.batches.batch import Batch, create_batch, find_batch
from detector.batches.export import write_rows
from detector.batches.plan import plan_for
from detector.batches.results import COLUMNS, every_row
from detector.errors import RunError, UserError
from detector.training.status import RunStatus


def run_batch(arguments: argparse.Namespace) -> int:
    """Classify what has no result yet; 0 when at least one picture could be classified, otherwise 1."""
    batch = _batch(arguments)
    status = _finished(batch) or _work_alone(batch)
    failed = sum(bool(row.get("error")) for row in every_row(batch.results_file))
    counts = {"classified": status.epoch - failed, "failed": failed}
    if arguments.out and status.state == "finished":
        write_rows(every_row(batch.results_file), COLUMNS, Path(arguments.out))
    if arguments.json:
        facts = {key: batch.about().get(key) for key in ("weights", "weights_hash", "threshold", "images")}
        print(json.dumps({"batch": batch.name, "state": status.state, **facts, **counts, "results": str(batch.results_file)}))
    print(f"{counts['classified']} of {status.epochs} images classified by {batch.about().get('weights')}.", file=sys.stderr)
    if status.state != "finished":
        print(f"{status.message} Go on with: python -m detector predict --batch {batch.name}", file=sys.stderr)
    else:
        print(batch.results_file, file=sys.stderr)
    return 0 if counts["classified"] else 1


def _batch(arguments: argparse.Namespace) -> Batch:
    """The batch of that name, new where pictures are named for the first time; raises RunError where they are others."""
    from detector.models.library import default_name

    if not arguments.paths:
        return find_batch(arguments.batch)
    plan = plan_for(arguments.paths, arguments.weights or default_name(), arguments.device)
    try:
        batch = find_batch(arguments.batch)
    except RunError:
        return create_batch(arguments.batch, plan)
    known = batch.plan()
    if (known.kind, known.places) != (plan.kind, plan.places) or (arguments.weights and known.weights != plan.weights):
        raise RunError(
            f"There is a batch called {batch.name} already, of other pictures or with another detector: choose another name, "
            "or go on with it by giving only --batch."
        )
    return batch


def _finished(batch: Batch) -> RunStatus | None:
    """The status of a batch with nothing left to do."""
    status = batch.status()
    return status if status.state == "finished" else None


def _work_alone(batch: Batch) -> RunStatus:
    """Hold the batch's lock and work; whatever ends it early is written down, so that the page does not wait for it."""
    from filelock import Timeout

    try:
        # A reader may be probing the lock this very moment, so wait a little before calling it taken.
        with batch.lock().acquire(timeout=10):
            batch.stop_file.unlink(missing_ok=True)
            total = int(batch.about().get("images", 0))
            batch.write_status(RunStatus("running", "Loading libraries", batch.done(), total))
            try:
                return _work_with_bar(batch)
            except KeyboardInterrupt:
                return _ended(batch, "stopped", f"Stopped: {batch.done():,} pictures are done.")
            except OSError as error:
                message = f"The results cannot be written ({error.strerror}): make room on the disk, then go on."
                with contextlib.suppress(OSError):  # there may be no room for this, either
                    _ended(batch, "failed", message)
                raise UserError(message) from error
            except BaseException as error:
                _ended(batch, "failed", str(error) or type(error).__name__)
                raise
    except Timeout:
        raise RunError(f"The batch {batch.name} is being worked by another process already.") from None


def _ended(batch: Batch, state: str, message: str) -> RunStatus:
    status = RunStatus(state, epoch=batch.done(), epochs=int(batch.about().get("images", 0)), message=message)
    batch.write_status(status)
    return status


def _work_with_bar(batch: Batch) -> RunStatus:
    from tqdm import tqdm

    from detector.batches.work import work

    with tqdm(unit="image", file=sys.stderr, disable=None, initial=batch.done()) as bar:

        def show(status: RunStatus) -> None:
            bar.total = status.epochs or None
            bar.update(status.epoch - bar.n)
            bar.set_postfix_str(status.phase if status.phase != "Classifying" else "", refresh=False)

        return work(batch, show)
