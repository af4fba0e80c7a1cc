"""The model card that travels with weights: Markdown with the front matter that the Hugging Face Hub reads."""

from collections.abc import Mapping, Sequence
from typing import Any

from detector.data.audit import WARN, Audit
from detector.data.audit_words import LIGHT_WORDS, TITLES, headline, looked_at, score_words
from detector.data.specs import data_title
from detector.models.card_front import front_matter
from detector.models.card_trust import trust_sections
from detector.models.names import idle_settings

_LICENCE_NOTE = """The starting weights and the training images keep the licences of their authors.
Check them before you pass these weights on."""

_INTENDED = """For research and teaching: to study what detectors see, and where they fail.
It is not proof. Do not use its answer alone to accuse, to grade, to remove or to publish.
Images from generators or of subjects unlike its training data are often classified wrongly, with high scores."""

_RATES = {
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "precision": "Precision (AI-generated)",
    "precision_real": "Precision (real)",
    "recall_ai": "Recall (AI-generated)",
    "recall_real": "Recall (real)",
    "f1": "F1 (AI-generated)",
    "f1_real": "F1 (real)",
    "f1_macro": "F1 (mean of both)",
    "auc": "ROC AUC",
    "average_precision": "Average precision",
    "tpr_at_1_fpr": "Found at 1 % false alarms",
    "tpr_at_5_fpr": "Found at 5 % false alarms",
    "loss": "Loss (cross-entropy, nats)",
    "brier": "Brier score",
    "ece": "Calibration error (ECE, ten bins)",
}


def make_card(
    name: str,
    config: Mapping[str, Any],
    metrics: Mapping[str, Any],
    data: Mapping[str, Any],
    command: str,
    known_failures: str = "",
    licence: str = "other",
    audit: Mapping[str, Any] | None = None,
    base_model: str = "",
    trust: Mapping[str, Any] | None = None,
) -> str:
    """Markdown for card.md.

    `config` is a TrainConfig as a dictionary. `metrics` is a Metrics as a dictionary, empty when nothing was measured, with its
    "split" where that is not "test". `data` counts images by split and class, like {"train": {"real": 10, "ai": 12}}. `licence`
    is an identifier of the Hub. `audit` is the Audit of the data as a dictionary, None when none could be made.
    `base_model` is the repository of the Hub that the starting weights came from, "" where they came from elsewhere. `trust`
    holds the arguments of `trust_sections`.
    """
    return f"""{front_matter(name, config, metrics, licence, base_model)}
# {name}

A detector that tells AI-generated images from real ones: {_network(config)}.
Its positive class is "AI-generated".

## Intended use

{_INTENDED}

## Data

{_data(config, data)}

## Shortcuts in the data

{_shortcuts(audit)}

## Recipe

{_table(("Setting", "Value"), _recipe(config))}

To train it again:

```
{command}
```

## Results

{_results(metrics)}

{_trust(trust or {})}

## Known failures

{known_failures.strip() or "None recorded yet. Nobody has tested it on other generators than those of its data."}

## Licence

{f"`{licence}`. " if licence != "other" else ""}{_LICENCE_NOTE}
"""


def _trust(values: Mapping[str, Any]) -> str:
    return "\n\n".join(f"## {title}\n\n{text}" for title, text in trust_sections(**values).items())


def _recipe(config: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The settings that played a part: where the data lay and what it ran on do not, nor those of other kinds of model."""
    idle = ("data", "device", "preset", *idle_settings(config["model"]))
    return [(f"`{key}`", _plain(value)) for key, value in config.items() if key not in idle]


def _network(config: Mapping[str, Any]) -> str:
    if config["model"] == "svm":
        return f"a support vector machine with an RBF kernel on the features of {config['backbone']}, which stays frozen"
    if config["model"] == "encoder":
        where = "its own end" if config["taps"] == "last" else f"its blocks {config['taps']}"
        return f"{_head(config)} on what {config['backbone']}, which stays frozen, sees after {where} (pool: {config['pool']})"
    if config["model"] == "dct":
        return f"{_head(config)} on the strengths of frequencies in 8 × 8 blocks and in the spectrum; no network"
    return f"{config['model']}, {'fine-tuned from pretrained weights' if config['pretrained'] else 'trained from scratch'}"


def _head(config: Mapping[str, Any]) -> str:
    return "one linear layer" if config.get("head", "linear") == "linear" else "a curved head of radial basis functions"


def _data(config: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    rows = [(split, counts.get("real", 0), counts.get("ai", 0)) for split, counts in data.items()]
    return f"From `{data_title(config['data'])}`.\n\n" + _table(("Split", "Real", "AI-generated"), rows)


def _shortcuts(values: Mapping[str, Any] | None) -> str:
    """What models that barely look at the pictures score on this data: the detector may have learnt that."""
    if not values:
        return "No audit was made, so nobody knows how far this data can be told apart without looking at the pictures."
    audit = Audit.from_dict(values)
    rows = [(TITLES[each.probe], score_words(each), LIGHT_WORDS[each.light]) for each in audit.findings]
    table = _table(("What a model saw", "How well it told the classes apart", "Meaning"), rows)
    return f"{headline(audit)}\n\n{table}\n\n{looked_at(audit)} An AUC of 0.50 is guessing; from {WARN:.2f} on it is a warning."


def _results(metrics: Mapping[str, Any]) -> str:
    """A table of rates with their 95 % intervals, then the confusion matrix."""
    if not metrics:
        return "Nothing was measured, so nothing is known about its accuracy."
    where = f"On the held-out {metrics.get('split', 'test')} split, n = {metrics['n']} images; in brackets the 95 % interval."
    if metrics.get("split", "test") != "test":
        where += " The epoch was chosen on these images and none were left for a test, so expect less on others."
    rates = [(title, _rate(metrics, key)) for key, title in _RATES.items() if metrics.get(key) is not None]
    real, ai = metrics["confusion_matrix"]
    matrix = _table(("True \\ predicted", "Real", "AI-generated"), [("Real", *real), ("AI-generated", *ai)])
    return f"{where}\n\n{_table(('Metric', 'Value'), rates)}\n\n{matrix}"


def _rate(metrics: Mapping[str, Any], key: str) -> str:
    interval = metrics.get("intervals", {}).get(key)
    return f"{metrics[key]:.3f}" + (f" ({interval[0]:.3f}–{interval[1]:.3f})" if interval else "")


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def _plain(value: object) -> str:
    """A setting as a person writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value != "" else "–"
