"""python -m detector runs: list the training runs, newest first."""

import argparse
import json
from typing import Any

from detector.training.runs import Run, list_runs


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser("runs", help="list training runs", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Print a line a run, or {"runs": […]}."""
    rows = [_row(each) for each in list_runs()]
    if arguments.json:
        print(json.dumps({"runs": rows}))
        return 0
    if not rows:
        print("No runs yet. Start one: python -m detector train --data lab --model lenet5")
    for row in rows:
        print(f"{row['name']:<40}  {row['state']:<12} {row['epoch']:>4}/{row['epochs']:<4} {row['model']:<24} {row['data']}")
    return 0


def _row(each: Run) -> dict[str, Any]:
    config, status = each.config(), each.status()
    best = min((row for row in each.metrics() if "valid_loss" in row), key=lambda row: float(row["valid_loss"]), default=None)
    return {
        "name": each.name,
        "folder": str(each.folder),
        "state": status.state,
        "epoch": status.epoch,
        "epochs": status.epochs,
        "model": config.model,
        "data": config.data,
        "preset": config.preset,
        "message": status.message,
        "best": best,
        "test": each.about().get("result", {}).get("test"),
    }
