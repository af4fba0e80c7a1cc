"""SweepPlan: a base TrainConfig and the settings to try on it, from text such as "0.01, 0.001". Knows no files."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass, fields
from difflib import get_close_matches
from typing import Any

from detector.errors import UserError
from detector.training.config import TrainConfig
from detector.training.presets import preset_config

Point = dict[str, Any]
"""The fields that one run changes, and their values."""

MOST_RUNS = 500
NOT_VARIED = ("preset",)
OPTIONS = {option.name: option for option in fields(TrainConfig) if option.name not in NOT_VARIED}
_WORDS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
_SEES = ("data", "test_fraction", "valid_fraction", "max_images", "leave_out", "equalise", "equalise_side", "seed")


@dataclass(frozen=True)
class SweepPlan:
    """What a sweep tries: `points` changes of `base`, `jobs` runs at a time. Raises UserError for what no run could take."""

    base: TrainConfig
    points: tuple[Point, ...]
    jobs: int = 1

    def __post_init__(self) -> None:
        check_count(len(self.points))
        if not 1 <= self.jobs <= MOST_RUNS:
            raise UserError(f"The number of runs at once should lie between 1 and {MOST_RUNS}, not {self.jobs}.")
        for point in self.points:
            for name in point:
                option_of(name)
            self.base.but(**point)

    def config(self, number: int) -> TrainConfig:
        """The settings of run 0, 1, 2 …"""
        return self.base.but(**self.points[number])

    @property
    def varied(self) -> dict[str, list[Any]]:
        """The fields that have more than one value, and those values in order."""
        names = dict.fromkeys(name for point in self.points for name in point)
        values = {name: {point.get(name, getattr(self.base, name)) for point in self.points} for name in names}
        return {name: sorted(found) for name, found in values.items() if len(found) > 1}

    @property
    def same_images(self) -> bool:
        """False when the runs are not all validated on the same images, so that their numbers compare loosely only."""
        return not set(self.varied) & set(_SEES)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for sweep.json."""
        return {"base": self.base.to_dict(), "points": list(self.points), "jobs": self.jobs}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "SweepPlan":
        """The inverse of `to_dict`; raises UserError for anything else."""
        try:
            points = tuple(dict(point) for point in values["points"])
            return cls(TrainConfig.from_dict(values["base"]), points, int(values["jobs"]))
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(f"This is no sweep: {error}.") from error


SWEEPS: dict[str, tuple[str, str, dict[str, tuple[Any, ...]]]] = {
    "boston-grid": (
        "boston: CNN-3, batch size × learning rate",
        "boston-cnn3",
        {"batch_size": (32, 64, 128), "learning_rate": (0.01, 0.001, 0.0001)},
    ),
    "boston-vit-rates": (
        "boston: ViT-B/16, three learning rates",
        "boston-vit",
        {"learning_rate": (0.01, 0.001, 0.0001)},
    ),
}
"""The grids of the studies: title, preset of the base, values by field."""


def preset_sweep(name: str) -> tuple[TrainConfig, dict[str, tuple[Any, ...]]]:
    """Base and axes of a study's grid; raises UserError naming the known ones."""
    if name not in SWEEPS:
        raise UserError(f"There is no sweep preset {name!r}. Known ones: {', '.join(SWEEPS)}.")
    _, preset, axes = SWEEPS[name]
    return preset_config(preset), dict(axes)


def grid(axes: Mapping[str, Sequence[Any]]) -> tuple[Point, ...]:
    """Every combination of the axes' values, the last field changing fastest; raises UserError for more than 500."""
    check_count(math.prod(len(values) for values in axes.values()))
    return tuple(dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values()))


def parse_axis(text: str) -> tuple[str, tuple[Any, ...]]:
    """A field and its values from "learning_rate=0.01,0.001"; raises UserError."""
    name, sign, values = text.partition("=")
    if not sign:
        raise UserError(f"Say which values to try, like learning_rate=0.01,0.001 (not {text!r}).")
    return field_name(name), parse_values(field_name(name), values)


def parse_point(text: str) -> Point:
    """One run's changes from "learning_rate=0.01, batch_size=64"; raises UserError."""
    point: Point = {}
    for part in filter(None, (part.strip() for part in text.split(";" if ";" in text else ","))):
        name, sign, value = part.partition("=")
        if not sign:
            raise UserError(f"Say each change as field=value, like learning_rate=0.01,batch_size=64 (not {part!r}).")
        point[field_name(name)] = parse_value(field_name(name), value)
    if not point:
        raise UserError("A run of the list changes nothing: say at least one field=value.")
    return point


def parse_values(name: str, text: str) -> tuple[Any, ...]:
    """Values with commas between them, or semicolons where a value holds commas; the same value twice counts once."""
    parts = [part.strip() for part in text.split(";" if ";" in text else ",")]
    values = tuple(dict.fromkeys(parse_value(name, part) for part in parts if part))
    if not values:
        raise UserError(f"Say at least one value for {name}, like {getattr(TrainConfig(), name)}.")
    return values


def parse_value(name: str, text: str) -> Any:
    """The value of a field, checked; raises UserError in one line."""
    text, kind = text.strip(), type(getattr(TrainConfig(), option_of(name).name))
    try:
        value: Any = _WORDS[text.lower()] if kind is bool else kind(text)
    except (ValueError, KeyError):
        wanted = {bool: "yes or no", int: "a whole number", float: "a number"}[kind]
        raise UserError(f"{name} should be {wanted}, not {text!r}.") from None
    return getattr(TrainConfig().but(**{name: value}), name)


def field_name(text: str) -> str:
    """The field as TrainConfig spells it, from "batch-size" or "Batch size"; raises UserError when there is none."""
    return option_of(text.strip().lower().replace("-", "_").replace(" ", "_")).name


def option_of(name: str) -> "Field[Any]":
    """The field of TrainConfig; raises UserError naming the one that may be meant."""
    if name not in OPTIONS:
        near = get_close_matches(name, OPTIONS, 1)
        raise UserError(f"There is no setting {name!r} to vary" + (f": is {near[0]} meant?" if near else "."))
    return OPTIONS[name]


def check_count(count: int) -> None:
    """Raise UserError for no runs or too many."""
    if not 1 <= count <= MOST_RUNS:
        raise UserError(f"A sweep takes from 1 to {MOST_RUNS} runs, not {count:,}: leave out some values.")
