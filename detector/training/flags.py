"""The command-line flags of TrainConfig, made from its fields, and the command that repeats a run."""

import argparse
import shlex
from dataclasses import fields
from typing import Any

from detector.data.specs import name_of, parts_of
from detector.training.config import TrainConfig

GROUPS = {
    "data": "data",
    "model": "model",
    "picture": "picture",
    "augmentation": "augmentation",
    "recipe": "recipe",
    "svm": "SVM",
    "encoder": "frozen encoder",
    "run": "run",
}


def add_flags(parser: argparse.ArgumentParser) -> None:
    """One flag a field. Flags that are not given stay unset, so that a preset's value can show through."""
    groups = {key: parser.add_argument_group(title) for key, title in GROUPS.items()}
    for option in fields(TrainConfig):
        if option.name == "preset":
            continue  # the preset is chosen by the command itself
        flag, kind = _flag(option.name), type(option.default)
        common: dict[str, Any] = {
            "dest": option.name,
            "default": argparse.SUPPRESS,
            "help": _help(option.metadata["help"], option.default),
        }
        group = groups[option.metadata["group"]]
        if kind is bool:
            group.add_argument(flag, action=argparse.BooleanOptionalAction, **common)
        else:
            group.add_argument(
                flag,
                type=kind,
                choices=option.metadata.get("choices"),
                metavar=option.metadata.get("metavar", kind.__name__.upper()),
                **common,
            )


def config_from(arguments: argparse.Namespace, base: TrainConfig) -> TrainConfig:
    """The base settings with every flag that was given; raises UserError for values out of bounds."""
    given = vars(arguments)
    names = [option.name for option in fields(TrainConfig) if option.name != "preset"]
    return base.but(**{name: given[name] for name in names if name in given})


def command_of(config: TrainConfig) -> str:
    """The command that trains with these settings again; of the data only names are told, never paths."""
    data = ",".join(name_of(part) for part in parts_of(config.data))
    words = ["python", "-m", "detector", "train", "--data", data, "--model", config.model]
    for option in fields(TrainConfig):
        value = getattr(config, option.name)
        if option.name in ("data", "model", "preset", "device") or value == option.default:
            continue
        flag = _flag(option.name)
        if isinstance(value, bool):
            words.append(flag if value else flag.replace("--", "--no-", 1))
        else:
            words += [flag, f"{value:g}" if isinstance(value, float) else str(value)]
    return shlex.join(words)


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _help(text: str, default: Any) -> str:
    shown = {True: "yes", False: "no"}.get(default, default) if isinstance(default, bool) else default
    return f"{text} (default: {shown})".replace("%", "%%")
