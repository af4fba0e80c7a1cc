"""The front matter of a model card: what the Hugging Face Hub reads, with results as its model index."""

from collections.abc import Mapping
from typing import Any

from detector.data.specs import data_title

_METRICS = {  # our name: the Hub's, and the title
    "accuracy": ("accuracy", "Accuracy"),
    "recall_ai": ("recall", "Recall (AI-generated)"),
    "precision_ai": ("precision", "Precision (AI-generated)"),
    "f1_ai": ("f1", "F1 (AI-generated)"),
    "auc": ("roc_auc", "ROC AUC"),
}
_TASK, _TASK_TITLE = "image-classification", "AI-generated image detection"


def front_matter(
    name: str, config: Mapping[str, Any], metrics: Mapping[str, Any], licence: str = "other", base_model: str = ""
) -> str:
    """YAML between two lines of ---; arguments as `make_card` takes them, `base_model` is a repository of the Hub.

    Data sets are named in the results alone: the Hub's `datasets` takes its own identifiers, and ours are folders.
    """
    from huggingface_hub import EvalResult, ModelCardData  # not at the top: pages list cards and write none

    measured = {key: words for key, words in _METRICS.items() if metrics.get(key) is not None}
    data, split = data_title(config["data"]), str(metrics.get("split", "test"))
    results = [
        EvalResult(
            task_type=_TASK,
            task_name=_TASK_TITLE,
            dataset_type=data,
            dataset_name=data,
            dataset_split="validation" if split == "valid" else split,
            metric_type=kind,
            metric_name=f"{title}, {_doubt(metrics, key)}",
            metric_value=round(float(metrics[key]), 6),
        )
        for key, (kind, title) in measured.items()
    ]
    card = ModelCardData(
        license=licence,
        library_name=_library(str(config["model"])),
        pipeline_tag=_TASK,
        tags=[_TASK, "ai-generated-image-detection", "telltale"],
        base_model=base_model or None,
        metrics=[kind for kind, _ in measured.values()] or None,
        model_name=name if results else None,
        eval_results=results or None,
    )
    return f"---\n{card.to_yaml()}\n---\n"


def _doubt(metrics: Mapping[str, Any], key: str) -> str:
    """The 95 % interval and the number of images, for the index has no place of its own for them."""
    interval = metrics.get("intervals", {}).get(key)
    between = f"95 % interval {interval[0]:.3f}–{interval[1]:.3f}, " if interval else ""
    return f"{between}n = {metrics['n']}"


def _library(model: str) -> str:
    """The library that can load the weights: timm for its own networks, Telltale for those that only it builds."""
    from detector.models.zoo import is_timm

    return "timm" if is_timm(model) else "telltale"
