"""Words of the studies: what differs from a report, and what a verdict is called."""

from collections.abc import Mapping

from detector.models.names import network
from detector.studies.plan import Experiment
from detector.studies.result import RoleFacts
from detector.training.config import TrainConfig

HOLDS, FAILS, OPEN = "holds", "fails", "open"
VERDICTS = {HOLDS: "holds", FAILS: "does not hold", OPEN: "cannot be told"}
"""What a verdict is called on a page and in a terminal."""

TESTS = {"train": "training", "valid": "validation", "test": "test", "other": "other-generator", "mixed": "mixed-genre"}
MEASURES = {
    **{name: name for name in ("accuracy", "precision", "recall", "loss")},
    **{f"{name}_macro": f"{name} (mean of both classes)" for name in ("precision", "recall")},
    **{"f1": "F1", "f1_macro": "F1 (mean of both classes)", "auc": "AUC"},
}


def test_words(test: str) -> str:
    """What a test is called."""
    return TESTS.get(test, test)


def shown(measure: str, value: float) -> str:
    """A value of a measure: losses and areas as numbers, rates in percent."""
    return f"{value:.3f}" if measure in ("loss", "auc") else f"{value:.1%}"


def shown_interval(measure: str, low: float | None, high: float | None) -> str:
    """An interval, or nothing where there is none."""
    return "" if low is None or high is None else f"{shown(measure, low)} – {shown(measure, high)}"


def differences(experiment: Experiment, config: TrainConfig, given: str) -> tuple[str, ...]:
    """What differs from the report, one line each: the data, then every setting that is not the report's, then the rest."""
    full = experiment.config("full")
    said = [given]
    if config.model == "svm" and config.backbone != full.backbone:
        said.append(
            f"features of {_title(config.backbone)} instead of {_title(full.backbone)}, whose weights could not be had here"
        )
    if config.model != full.model:
        instead = config.model in experiment.instead
        said.append(f"{_title(config.model)} instead of {_title(full.model)}" + (", for want of weights" if instead else ""))
    if config.freeze_backbone and not full.freeze_backbone:
        said.append("only the last layer learns, on features computed once")
    size, own = config.image_size or _size(config), full.image_size or _size(full)
    for name, text, here, there in (
        ("image_size", "{} px", size, own),
        ("epochs", "{} epochs", config.planned_epochs, full.planned_epochs),
        ("batch_size", "batches of {}", config.batch_size, full.batch_size),
    ):
        if name in experiment.silent:
            said.append(f"{text.format(here)}, which the report does not state")
        elif here != there:
            said.append(f"{text.format(here)} instead of {there}")
    if config.max_images:
        said.append(f"at most {config.max_images} images a class")
    if (config.valid_fraction, config.test_fraction) != (full.valid_fraction, full.test_fraction):
        said.append(f"{config.test_fraction:.0%} of the images to test on instead of {full.test_fraction:.0%}")
    return (*said, *((experiment.differs,) if experiment.differs else ()))


def role_words(facts: RoleFacts) -> str:
    """What filled a role, in a line."""
    real, ai = facts.images["real"], facts.images["ai"]
    makers = f" by {', '.join(facts.generators)}" if facts.generators else ""
    wrong = f"; {facts.left_out} files that are in both classes are left out" if facts.left_out else ""
    return f"{real:,} real and {ai:,} AI-generated images ({facts.given}){makers}, {facts.sides}{wrong}"


def command_words(study: str, scale: str, given: Mapping[str, str]) -> str:
    """The command that runs a study again; the folders' places are left out, as they differ from machine to machine."""
    roles = "".join(f" --role '{name}={each}'" for name, folders in given.items() for each in folders.split(" + "))
    return f"python -m detector reproduce {study} --scale {scale}{roles}"


def _title(name: str) -> str:
    entry = network(name)
    return entry.title if entry else name


def _size(config: TrainConfig) -> int:
    entry = network(config.backbone if config.model == "svm" else config.model)
    return entry.size if entry else 224
