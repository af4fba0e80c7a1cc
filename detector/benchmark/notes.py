"""Notes: what a reader must know of a table before believing it. Plain sentences from what was and was not tested."""

from collections.abc import Sequence

from detector.benchmark.pictures import BenchSet
from detector.benchmark.rounds import FEWEST, GENERATOR, SEEN, SET, families
from detector.benchmark.rows import Trials
from detector.data.leave_out import generators_of

RELATED = (("sd14", "sd15", "sd21", "stable", "stable_diffusion", "dreamstudio", "original", "original_ldm"),)
"""Generators of one line of models: whoever knows one of them is no stranger to the others."""


def notes_of(sets: Sequence[BenchSet], trials: Trials, trained_here: bool, tasks: Sequence[str]) -> tuple[str, ...]:
    """First what happened to the sets, then what could not be tested, then what flatters."""
    notes = [note for each in sets for note in each.notes]
    for each in sets:
        seen, new = each.name in trials.plain[SEEN], each.name in trials.plain[SET]
        names = _generators(each)
        untested = [name for name in names if f"{each.name}: {name}" not in trials.plain[GENERATOR]]
        if GENERATOR in tasks and len(names) >= FEWEST and untested:
            notes.append(f"{each.name}: not tested as left out: {', '.join(untested)}.")
        if trained_here and SET in tasks and not new and len(sets) > 1:
            notes.append(f"{each.name}: not tested as a set left out: there is no other of its size, or too little of it.")
        if not trained_here and seen:
            notes.append(f"{each.name}: trained on these; only pictures outside its training and their groups are tested.")
        if not trained_here and not seen and not new and SET in tasks:
            notes.append(f"{each.name}: trained on these, and too few other pictures are left to test on.")
    return (*notes, *(_relatives(sets, trials) if trained_here else ()))


def _relatives(sets: Sequence[BenchSet], trials: Trials) -> list[str]:
    """Generators left out of which a relative stayed in training, in their own set or in another that is learnt with it."""
    notes = []
    for family in families(sets):
        known = {name for each in family for name in _generators(each)}
        for each in family:
            tested = [name for name in _generators(each) if f"{each.name}: {name}" in trials.plain[GENERATOR]]
            close = [name for name in tested if any(name in line and known & set(line) - {name} for line in RELATED)]
            if close:
                notes.append(f"{each.name}: relatives of {', '.join(close)} stay in training, which makes these easier to find.")
    return notes


def _generators(each: BenchSet) -> tuple[str, ...]:
    return generators_of([picture.item for picture in each.pictures])
