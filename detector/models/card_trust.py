"""The parts of a card on how far to trust a verdict: calibration, abstention, generators left out, speed. Plain values only."""

from collections.abc import Mapping, Sequence
from typing import Any

CALIBRATION, ABSTENTION, LEFT_OUT, SPEED = "Calibration", "When it says inconclusive", "Generators left out", "Speed"
TITLES = (CALIBRATION, ABSTENTION, LEFT_OUT, SPEED)


def trust_sections(
    calibration: Mapping[str, Any] | None = None,
    abstention: Mapping[str, Any] | None = None,
    speed: Mapping[str, Any] | None = None,
    known: int = 0,
) -> dict[str, str]:
    """Markdown by title. `calibration` is calibration.json's object, `abstention` an Abstention and `speed` a Speed as
    dictionaries, `known` the number of training images whose features travel along. What was not measured says so.
    """
    values = calibration or {}
    return {
        CALIBRATION: _calibration(values.get("score_map")),
        ABSTENTION: _abstention(values, abstention, known),
        LEFT_OUT: _left_out(values.get("left_out", ())),
        SPEED: _speed(speed),
    }


def with_sections(card: str, sections: Mapping[str, str]) -> str:
    """The card with these sections in place of those of the same title; new ones go before the known failures, or to the end."""
    for title, text in sections.items():
        whole = f"## {title}\n\n{text}\n\n"
        start = card.find(f"## {title}\n")
        if start >= 0:
            end = card.find("\n## ", start + 1)
            card = card[:start] + (whole + card[end + 1 :] if end >= 0 else whole.rstrip("\n") + "\n")
            continue
        before = card.find("## Known failures\n")
        card = card[:before] + whole + card[before:] if before >= 0 else f"{card.rstrip()}\n\n{whole.rstrip()}\n"
    return card


def _calibration(score_map: Mapping[str, Any] | None) -> str:
    if not score_map:
        return "Its scores are the network's own: too few validation images to turn them into probabilities."
    how = (
        f"Platt's scaling (slope {score_map['slope']:.3f}, shift {score_map['shift']:.3f})"
        if score_map["kind"] == "platt"
        else f"isotonic regression ({len(score_map['x'])} points)"
    )
    return (
        f"Scores were turned into probabilities by {how} on {score_map['n']} validation images; no test image took part. "
        "The order of images stays, and so does the AUC. It holds for mixtures and images like those."
    )


def _abstention(values: Mapping[str, Any], measured: Mapping[str, Any] | None, known: int) -> str:
    conformal, lines = values.get("conformal"), []
    if conformal:
        alpha = conformal["alpha"]
        real, ai = conformal["cuts"][f"{alpha:g}"]
        lines.append(
            f"- a conformal set that is not exactly one class: but for {100 * alpha:g} % of each class, real validation images "
            f"score {real:.2f} at most (n = {conformal['n']['real']}) and AI-generated ones {ai:.2f} at least "
            f"(n = {conformal['n']['ai']})"
        )
    lines.append("- fewer than ten validation images at this score, or no clear majority among them")
    if known:
        lines.append(f"- features farther from {known} training images than those of 99 of 100 validation images")
    lines.append(
        "- a file that is blank, far too small, ruined by compression, a screenshot, or a drawing where it learnt from photos"
    )
    said = "Any of these makes a verdict inconclusive:\n\n" + "\n".join(lines)
    if not measured:
        return said
    n, decided, right = (int(measured[name]) for name in ("n", "decided", "right"))
    low, high = measured["right_interval"]
    share = f"{right / decided:.3f} ({low:.3f}–{high:.3f})" if decided else "–"
    alarms = f"{measured['alarms'] / measured['real']:.3f}" if measured["real"] else "–"
    ends = f" ({measured['alarms_interval'][0]:.3f}–{measured['alarms_interval'][1]:.3f})" if measured["real"] else ""
    return (
        f"{said}\n\nBy scores alone, on the {n} held-out images: {decided} decided ({decided / n:.1%}), of these right {share}; "
        f"false alarms among {measured['real']} real images {alarms}{ends}."
    )


def _left_out(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return (
            "Not measured. The promise of the conformal sets holds for images like those of validation, not for other generators."
        )
    header = (
        "| Generator | n | AUC | Found | Called real | Inconclusive | AI-generated in its set |\n|---|---|---|---|---|---|---|"
    )
    lines = [
        f"| {_cell(row['generator'])} | {row['n']} | {_two(row.get('auc'))} | {row['found']} | {row['missed']} | "
        f"{row['n'] - row['found'] - row['missed']} | {row['covered'] / row['n']:.0%} |"
        for row in rows
    ]
    return (
        "Each generator was left out of training, validation and calibration in turn, and the same recipe tested on it.\n\n"
        f"{header}\n" + "\n".join(lines) + "\n\nThe last column is what the conformal sets promise for generators they know; "
        "where it lies below, the promise does not hold."
    )


def _speed(speed: Mapping[str, Any] | None) -> str:
    if not speed:
        return "Not measured."
    return f"{speed['images_per_second']:.1f} images a second, decoding included (n = {speed['n']}), on {speed['machine']}."


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")
