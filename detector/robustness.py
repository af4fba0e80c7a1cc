"""Robustness of a detector on a data set: which pictures, scored under which perturbations, and what comes out."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from detector.data.folders import open_data
from detector.data.manifest import Item
from detector.errors import DataError
from detector.evaluation.perturbations import KINDS
from detector.evaluation.robustness import Robustness, measure
from detector.files import write_json
from detector.labels import AI, REAL
from detector.models.library import default_name, find_weights
from detector.models.weights import seen_hashes
from detector.predict import Predictor
from detector.scored import Scores, changes_of, name_of, score_pictures

IMAGES = 200
RESULT = "robustness.json"


def robustness(
    weights: str,
    data: str,
    *,
    kinds: Iterable[str] = tuple(KINDS),
    images: int = IMAGES,
    device: str = "auto",
    progress: Callable[[int, int], None] | None = None,
) -> Robustness:
    """Score pictures of a data set that the weights have not seen, untouched and under these kinds of perturbations.

    What was scored before is not scored again. Raises DataError when there is nothing to test on, WeightsError as
    `Predictor.load` does.
    """
    folder = find_weights(weights or default_name())
    predictor = Predictor.load(str(folder), device=device)
    manifest = open_data(data)
    chosen, seen = unseen_items(manifest.items, folder, images)
    if not chosen:
        raise DataError(f"All {seen} images of {data} were used to train or choose these weights: none is left to test on.")
    kinds = tuple(kinds)
    scores = score_pictures(folder, predictor, manifest, chosen, changes_of(kinds), progress)
    return _measured(predictor.name, data, predictor.config.threshold, chosen, scores, kinds, seen)


def note_in_run(weights: str, found: Robustness) -> None:
    """Keep the result in the run's folder, where the page shows it, if these weights are a run's best."""
    folder = find_weights(weights or default_name())
    if folder.name == "best" and (folder.parents[1] / "config.json").is_file():
        write_json(folder.parents[1] / RESULT, found.to_dict())


def unseen_items(items: Sequence[Item], folder: Path, images: int = 0) -> tuple[list[Item], int]:
    """At most so many images that the weights were neither trained nor chosen on, half of each class, and how many they were.

    Which ones is decided by their hashes, not by their order. Where a class has fewer the other fills up. 0 takes all.
    """
    hashes = seen_hashes(folder)
    unseen = list({item.sha256: item for item in items if item.sha256[:16] not in hashes}.values())
    ranked = {
        label: sorted((item for item in unseen if item.label == label), key=lambda item: item.sha256) for label in (REAL, AI)
    }
    seen = sum(item.sha256[:16] in hashes for item in items)
    if not images:
        return [*ranked[REAL], *ranked[AI]], seen
    half = images // 2
    of_real = min(len(ranked[REAL]), max(half, images - len(ranked[AI])))
    of_ai = min(len(ranked[AI]), images - of_real)
    return [*ranked[REAL][:of_real], *ranked[AI][:of_ai]], seen


def _measured(
    name: str, data: str, threshold: float, items: Sequence[Item], scores: Scores, kinds: Sequence[str], seen: int
) -> Robustness:
    wanted = {name_of(change) for change in changes_of(kinds)}
    own = [{key: score for key, score in scores[item.sha256].items() if key in wanted} for item in items]
    labels, groups = [item.label for item in items], [item.group for item in items]
    return measure(name, data, threshold, labels, groups, own, seen)
