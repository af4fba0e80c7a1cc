"""The protocol: every round of a detector, answered once and kept on disk, and what comes out of all."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from detector.benchmark.answers import Answers
from detector.benchmark.goals import TRAVELLED
from detector.benchmark.notes import notes_of
from detector.benchmark.pictures import BenchSet
from detector.benchmark.recipe import Recipe, Scorer, Tell
from detector.benchmark.result import Result
from detector.benchmark.rounds import SEEDS, SEEN, SET, TASKS, Round, rounds_of, rounds_of_trained
from detector.benchmark.rows import Trials, left_out_of, rows_of
from detector.benchmark.speed import speed_of
from detector.errors import DataError
from detector.files import atomic_path
from detector.home import cache_folder
from detector.scored import AS_IS, Change, name_of

VERSION = 1  # of the rules by which rounds and answers are made: kept answers of another version are not used
EVERYTHING = (*TASKS, TRAVELLED)
CHANGES: dict[str, Change] = {
    "JPEG 60": ("jpeg", 60.0),
    "resized to 60 %": ("resize", 0.6),
    "screenshot": ("screenshot", 480.0),
}
"""How pictures travel, after they have been equalised."""


def measure(
    recipe: Recipe,
    sets: Sequence[BenchSet],
    seeds: Sequence[int] = SEEDS,
    tasks: Sequence[str] = EVERYTHING,
    tell: Tell | None = None,
) -> Result:
    """Put a detector through the protocol, or through some tasks of it; raises DataError where the sets allow no round.

    Answers are kept by recipe and pictures, so a run that was broken off goes on, and a finished one takes seconds.
    """
    tell = tell or _silent
    known = recipe.knows()
    wanted = [task for task in TASKS if task in tasks or (task == SEEN and TRAVELLED in tasks)]
    rounds = list(rounds_of(sets, seeds, wanted) if known is None else rounds_of_trained(sets, known, wanted))
    if not rounds:
        raise DataError("There is nothing to test on: every picture is known to the detector, or the sets are too small.")
    changes = tuple(CHANGES.values()) if TRAVELLED in tasks else ()
    recipe.prepare([picture for each in sets for picture in each.pictures], (AS_IS, *changes), tell)
    trials = Trials()
    for number, each in enumerate(rounds):
        tell("Rounds", number, len(rounds))
        travels = each.task == SEEN or (known is not None and each.task == SET)
        trials.add(each, answered(recipe, each, (AS_IS, *changes) if travels else (AS_IS,), tell), CHANGES)
    tell("Rounds", len(rounds), len(rounds))
    return Result(
        detector=recipe.name,
        trained_here=known is None,
        sets={each.name: {"fingerprint": each.fingerprint, "files": each.rule.to_dict()} for each in sets},
        version=VERSION,
        seeds=tuple(seeds) if known is None else (),
        rows=tuple(rows_of(trials)),
        left_out=tuple(left_out_of(trials)),
        notes=notes_of(sets, trials, known is None, tasks),
    )


def with_speed(result: Result, recipe: Recipe, sets: Sequence[BenchSet], tell: Tell, device: str = "auto") -> Result:
    """The result with the detector's speed; one that must be trained is fitted to the first round again."""
    known = recipe.knows()
    first = next(rounds_of(sets, (0,), (SEEN,))) if known is None else Round(SEEN, "", 0, (), (), ())
    scorer = recipe.fit(first.train, first.valid, first.seed, tell)
    return replace(result, speed=speed_of(scorer, [picture for each in sets for picture in each.pictures], device))


def answered(recipe: Recipe, each: Round, changes: Sequence[Change], tell: Tell) -> dict[Change, Answers]:
    """The answers of a round under some changes: those on disk, and the missing ones after a fit."""
    found: dict[Change, Answers] = {}
    scorer: Scorer | None = None
    for change in changes:
        file = cache_folder() / "benchmark" / "answers" / f"{_digest(recipe, each, change)}.npy"
        if file.is_file():
            found[change] = Answers.from_array(np.load(file))
            continue
        scorer = scorer or recipe.fit(each.train, each.valid, each.seed, tell)
        found[change] = scorer.answers(each.test, change)
        with atomic_path(file) as temporary:
            np.save(temporary, found[change].to_array())
    return found


def _digest(recipe: Recipe, each: Round, change: Change) -> str:
    """Names a round by what its answers depend on."""
    digest = hashlib.sha256(f"{VERSION}\n{recipe.key}\n{each.seed}\n{name_of(change)}\n".encode())
    for pictures in (each.train, each.valid, each.test):
        for picture in pictures:
            digest.update(f"{picture.item.sha256} {picture.label} {picture.rule.key()}\n".encode())
        digest.update(b"-\n")
    return digest.hexdigest()[:32]


def _silent(phase: str, done: int, total: int) -> None:
    pass
