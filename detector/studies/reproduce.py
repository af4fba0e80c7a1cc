"""reproduce: runs a study, each experiment as an ordinary run, and sets what it gave beside what its report says.

A run that is finished is not trained again, one that was stopped goes on, so a study can be broken off and taken up as one likes.
"""

import logging
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from detector.data.folders import open_data
from detector.errors import DataError, RunError, UserError, WeightsError
from detector.evaluation.predictions import read_predictions, write_predictions
from detector.studies.claims import Evidence, judge, numbers_of
from detector.studies.facts import role_facts
from detector.studies.outcome import outcome_of, run_frames
from detector.studies.plan import Experiment, Plan
from detector.studies.result import Outcome, RoleFacts, StudyResult
from detector.studies.roles import ROLES, Roles, role_data, with_union
from detector.studies.words import command_words, role_words
from detector.training.config import TrainConfig
from detector.training.named import finish, run_of
from detector.training.runs import Run
from detector.training.status import RunStatus

log = logging.getLogger(__name__)
Listener = Callable[[RunStatus], None]
PACKAGES = ("torch", "torchvision", "timm", "scikit-learn", "numpy", "pillow")


class StudyStopped(UserError):  # noqa: N818 - a request, not an error
    """The user asked the study to stop."""


@dataclass
class _Work:
    """A study under way: its data by role, and what has come of it so far."""

    plan: Plan
    scale: str
    roles: dict[str, Any]
    overrides: Mapping[str, Any]
    tell: Listener
    stop_wanted: Callable[[], bool]
    status: RunStatus = field(default_factory=RunStatus)
    data: dict[str, Path] = field(default_factory=dict)
    facts: dict[str, RoleFacts] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    frames: dict[str, dict[str, pd.DataFrame]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

    def say(self, **changes: Any) -> None:
        """Tell how far it is; raises StudyStopped when asked to stop."""
        self.status = replace(self.status, **changes)
        self.tell(self.status)
        if self.stop_wanted():
            raise StudyStopped("Stopped. Launch the study again to go on: what is finished is kept.")


def reproduce(
    plan: Plan,
    scale: str,
    roles: Roles,
    tell: Listener = lambda status: None,
    stop_wanted: Callable[[], bool] = lambda: False,
    overrides: Mapping[str, Any] | None = None,
) -> StudyResult:
    """Run every experiment whose role is filled; `overrides` are settings that replace the plan's in all of them.

    Raises DataError when no role is filled or a folder cannot be used, StudyStopped when asked to stop.
    """
    given = with_union(roles)
    work = _Work(plan, scale, given, overrides or {}, tell, stop_wanted)
    if not any(each.role in given for each in plan.experiments):
        needed = ", ".join(f"{role} ({ROLES[role]})" for role in plan.roles)
        raise DataError(
            f"The study {plan.name} needs pictures: fill at least one of its roles with --role NAME=FOLDER: {needed}."
        )
    work.status = RunStatus(state="running", epochs=len(plan.experiments))
    _open_roles(work)
    for number, experiment in enumerate(plan.experiments):
        work.say(epoch=number, step=0, steps=0, phase=experiment.title, seconds_left=None)
        if experiment.role not in given:
            work.skipped[experiment.name] = f"Role {experiment.role} is not filled."
            continue
        try:
            _experiment(work, experiment)
        except StudyStopped:
            raise
        except (UserError, OSError) as error:
            log.warning("%s: %s", experiment.name, error)
            work.skipped[experiment.name] = _without_places(str(error))
    return _result(work)


def _open_roles(work: _Work) -> None:
    """The data folder and the facts of each role that is filled."""
    for role in work.plan.roles:
        if role not in work.roles:
            continue
        work.say(phase=f"Reading the images of {role}")
        found = role_data(role, work.roles[role])
        work.data[role] = found.folder
        manifest = open_data(str(found.folder))
        work.say(phase=f"Looking for shortcuts in {role}")
        work.facts[role] = role_facts(manifest, " + ".join(part.shown for part in work.roles[role]), found.left_out)


def _experiment(work: _Work, experiment: Experiment) -> None:
    config = _available(experiment.config(work.scale).but(data=str(work.data[experiment.role].resolve()), **work.overrides),
                        experiment)  # fmt: skip
    run = run_of(f"{work.plan.name}-{work.scale}-{experiment.name}", config)
    if run.status().state != "finished":
        _train(work, run)
    frames = run_frames(run)
    for role in experiment.tests:
        if role in work.data:
            work.say(phase=f"{experiment.title}: testing on {role}")
            most = work.plan.most if work.scale == "small" else 0
            without = work.roles[experiment.role] if experiment.apart else ()
            frames[role] = _tested(run, role, role_data(f"{role}-to-test-on", work.roles[role], most, without).folder)
    work.frames[experiment.name] = frames
    given = role_words(work.facts[experiment.role])
    work.outcomes[experiment.name] = outcome_of(experiment, run, frames, given)


def _available(config: TrainConfig, experiment: Experiment) -> TrainConfig:
    """The settings with the first network whose pretrained weights can be had; raises WeightsError when there is none."""
    if not config.pretrained:
        return config
    from detector.models.pretrained import pretrained_state

    part = "backbone" if config.model == "svm" else "model"
    failures = []
    for name in (getattr(config, part), *experiment.instead):
        try:
            pretrained_state(name)
            return config.but(**{part: name})
        except WeightsError as error:
            failures.append(error)
    raise failures[0]


def _train(work: _Work, run: Run) -> None:
    def listen(status: RunStatus) -> None:
        work.status = replace(work.status, step=round(1000 * status.share), steps=1000, seconds_left=status.seconds_left)
        work.tell(work.status)
        if work.stop_wanted():
            run.stop_file.touch()

    started = time.monotonic()
    try:
        finish(run, listen)
    except RunError as error:
        if run.status().state == "stopped":
            raise StudyStopped(f"Stopped while {run.name} was training. Launch the study again to go on.") from error
        raise
    finally:
        run.note(study_seconds=float(run.about().get("study_seconds", 0.0)) + time.monotonic() - started)


def _tested(run: Run, role: str, data: Path) -> pd.DataFrame:
    """Predictions on a role's images that the run's best weights have not seen; kept with the run while these stay the same."""
    from detector.evaluate import evaluate_folder

    file, fingerprint = run.folder / f"tested-on-{role}.csv", open_data(str(data)).fingerprint
    known = run.about().get("tested", {})
    if known.get(role) == fingerprint and file.exists():
        return read_predictions(file)
    started = time.monotonic()
    report = evaluate_folder(str(run.best_weights), str(data), unseen_only=True)
    write_predictions(file, report.predictions)
    seconds = float(run.about().get("study_seconds", 0.0)) + time.monotonic() - started
    run.note(tested={**known, role: fingerprint}, study_seconds=seconds)
    return read_predictions(file)


def _result(work: _Work) -> StudyResult:
    plan = work.plan
    full = {each.name: each.config("full").planned_epochs for each in plan.experiments}
    evidence = Evidence(work.outcomes, work.frames, full)
    given = {role: facts.given for role, facts in work.facts.items()}
    return StudyResult(
        study=plan.name,
        scale=work.scale,
        made=datetime.now().astimezone().isoformat(timespec="seconds"),
        command=command_words(plan.name, work.scale, given),
        seconds=round(sum(outcome.seconds for outcome in work.outcomes.values()), 1),
        versions={"python": platform.python_version(), **{package: version(package) for package in PACKAGES}},
        roles=work.facts,
        outcomes=tuple(work.outcomes.values()),
        numbers=tuple(
            row for each in plan.experiments if each.name in work.outcomes for row in numbers_of(each, work.outcomes[each.name])
        ),
        claims=tuple(judge(claim, evidence) for claim in plan.claims),
        skipped=work.skipped,
    )


def _without_places(text: str) -> str:
    """The text with every absolute path cut down to its last part: a result is meant to be shown to others."""
    return " ".join(Path(word).name if word.startswith(("/", "~")) and len(word) > 1 else word for word in text.split(" "))
