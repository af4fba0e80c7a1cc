"""Plan: one study as data, that is, what its report asked, built and measured. Trains nothing and opens no picture.

A test is named "train", "valid" or "test" for the parts of an experiment's own data, or by the role of another folder.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from detector.training.config import TrainConfig
from detector.training.presets import preset_config

SCALES = ("small", "full")
"""small: minutes on two cores; full: the report's own epochs and sizes, for a GPU."""


@dataclass(frozen=True)
class Reported:
    """One number of the report. `about`: read off a figure or rounded, so two points either way count as the same."""

    test: str
    measure: str
    value: float
    about: bool = False


@dataclass(frozen=True)
class Experiment:
    """One run of a study: a preset on a role's images, with what differs from the preset at full and at small scale.

    `instead` holds further networks for the case that the pretrained weights of the first cannot be had, in order. `tests` are
    roles whose images the trained detector is tested on, without those it has seen, or with `apart` without any file of its own
    role. `differs` says what no setting shows, after a semicolon; `silent` names settings that the report does not state.
    """

    name: str
    title: str
    preset: str
    role: str
    reported: tuple[Reported, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    small: Mapping[str, Any] = field(default_factory=dict)
    instead: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    apart: bool = False
    differs: str = ""
    silent: tuple[str, ...] = ()

    def config(self, scale: str) -> TrainConfig:
        """The settings at a scale; the data are not chosen yet."""
        full = preset_config(self.preset).but(**self.changes)
        return full if scale == "full" else full.but(**self.small)


@dataclass(frozen=True)
class Claim:
    """A sentence of the report that can come out wrong. `rule` names a function of `detector.studies.claims`.

    `about` holds the experiments the rule looks at: one each, or pairs of which the first is claimed to be higher.
    """

    text: str
    rule: str
    about: tuple[tuple[str, ...], ...]
    test: str = "test"
    measure: str = "accuracy"


@dataclass(frozen=True)
class Plan:
    """One study. `most`: at small scale a detector is tested on at most so many images a class of another role."""

    name: str
    title: str
    asked: str
    data: str
    experiments: tuple[Experiment, ...]
    claims: tuple[Claim, ...]
    most: int = 150

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles it needs, in the order they are first used."""
        return tuple(dict.fromkeys(role for each in self.experiments for role in (each.role, *each.tests)))
