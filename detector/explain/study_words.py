"""What a study of faces says in words: whether smiles and wrinkles carry the map, and whether the score bears it out."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from detector.explain.dose import FEWEST
from detector.explain.regions import REGIONS
from detector.labels import LABEL_NAMES, LABEL_WORDS

if TYPE_CHECKING:
    from detector.explain.dose import DoseCurve
    from detector.explain.study import RegionMean

SMILE = "mouth"
WRINKLES = ("eye_corners", "under_eyes", "forehead", "nose_cheeks")
"""Where laughing and age fold the skin."""


def study_sentences(rows: Sequence["RegionMean"], doses: Mapping[str, "DoseCurve"]) -> tuple[str, ...]:
    """Smiles, wrinkles, texture: one sentence each, by rule, whichever way it falls."""
    means = {row.region: row for row in rows if row.group == "all"}
    wrinkles = [means[name] for name in WRINKLES if name in means and means[name].ratio.n]
    held = [row for row in wrinkles if bright(row) and moves(row)]
    told = "; ".join(f"{REGIONS[row.region].words} {_numbers(row)}" for row in wrinkles)
    if held:
        named = " and ".join(REGIONS[row.region].words for row in held)
        said = (
            f"Wrinkles: map and score agree on the {named} only" if len(held) < len(wrinkles) else "Wrinkles: map and score agree"
        )
    else:
        said = "Wrinkles: at no place where skin folds do map and score agree that it matters"
    texture = doses["all"].conclusion
    return (*_smile(means), f"{said} ({told}).", f"Texture: {texture[:1].lower()}{texture[1:]}", *_by_class(doses))


def _by_class(doses: Mapping[str, "DoseCurve"]) -> tuple[str, ...]:
    """The difference of skin and background for each class: what holds for both together may hold for one of them only."""
    found = [(word, doses[name].difference) for name, word in zip(LABEL_NAMES, LABEL_WORDS, strict=True) if name in doses]
    if not found or any(difference.n < FEWEST for _, difference in found):
        return ()
    told = ", ".join(f"{difference} for {word} images (n = {difference.n})" for word, difference in found)
    return (f"By class, skin less background: {told}, in logits.",)


def bright(row: "RegionMean") -> bool:
    """Whether the map favours the region beyond doubt: more than its share of the area."""
    return row.ratio.low > 1


def moves(row: "RegionMean") -> bool:
    """Whether smoothing the region moves the score more, beyond doubt, than smoothing equal random regions."""
    return row.smooth_excess.low > 0


def _smile(means: dict[str, "RegionMean"]) -> tuple[str, ...]:
    row = means.get(SMILE)
    if row is None or not row.ratio.n:
        return ()
    told = {
        (True, True): "Smiles: the map favours the mouth, and smoothing it moves the score more than random patches do",
        (True, False): "Smiles: the map favours the mouth, but smoothing it moves the score no more than random patches do",
        (False, True): "Smiles: the map does not favour the mouth, yet smoothing it moves the score more than random patches do",
        (
            False,
            False,
        ): "Smiles: neither does the map favour the mouth, nor does smoothing it move the score more than random patches",
    }
    return (f"{told[bright(row), moves(row)]} ({_numbers(row)}).",)


def _numbers(row: "RegionMean") -> str:
    return f"share of the map ÷ area {row.ratio}, effect beyond random {row.smooth_excess} logits"
