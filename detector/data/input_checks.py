"""Input checks: what in a file makes a detector's verdict doubtful before it is asked, each with its sentence.

A check that `stops` turns the verdict inconclusive; the others warn. How often each is wrong on ordinary pictures is measured by
benchmarks/input_checks.py. What the detector learnt from overrules the fixed limits: nothing it saw in training is odd.
"""

from dataclasses import dataclass

from PIL import Image

from detector.data.input_facts import InputFacts, input_facts
from detector.data.input_ranges import InputRanges
from detector.data.preprocess import Preprocess

BLANK_SPREAD, BLANK_FLAT = 4.0, 0.97
SMALL_SHARE = 0.5  # of the network's input: below it most of what is seen would be made up by scaling
STOP_QUALITY, WARN_QUALITY = 30, 60
STOP_BLOCKS, WARN_BLOCKS = 2.6, 1.9
SCREEN_BARS = 0.3
ODD_ASPECT = 3.0
FEW_COLOURS, MUCH_FLAT = 60, 0.5  # of drawings; photos have one or the other at most, measured on ordinary sets
SCREENS = frozenset(
    {
        (750, 1334), (828, 1792), (1080, 1920), (1080, 2280), (1080, 2340), (1080, 2400), (1125, 2436), (1170, 2532),
        (1179, 2556), (1206, 2622), (1242, 2688), (1284, 2778), (1290, 2796), (1320, 2868), (1440, 3120), (1440, 3200),
        (1280, 800), (1366, 768), (1440, 900), (1536, 864), (1600, 900), (1680, 1050), (1920, 1080), (1920, 1200),
        (2560, 1440), (2560, 1600), (2880, 1800), (3024, 1964), (3840, 2160),
    }
)  # fmt: skip
"""Sizes of common screens in pixels, phones upright."""


@dataclass(frozen=True)
class Finding:
    """One thing noticed: its name, a sentence without a full stop, and whether it turns the verdict inconclusive."""

    kind: str
    sentence: str
    stops: bool


def check_input(
    data: bytes, image: Image.Image, preprocess: Preprocess, ranges: InputRanges | None = None
) -> tuple[Finding, ...]:
    """What is odd about a file and the RGB picture in it for a detector with this preprocessing and these training files."""
    facts = input_facts(data, image)
    if blank := _blank(facts):
        return (blank,)
    found = [check(facts, preprocess, ranges) for check in (_small, _recompressed, _drawing, _screenshot, _aspect)]
    return tuple(each for each in found if each)


def objections(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """The sentences of those that turn a verdict inconclusive."""
    return tuple(each.sentence for each in findings if each.stops)


def warnings(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """The sentences of the others."""
    return tuple(each.sentence for each in findings if not each.stops)


def _blank(facts: InputFacts) -> Finding | None:
    if facts.spread >= BLANK_SPREAD and facts.flat < BLANK_FLAT:
        return None
    return Finding("blank", "the picture is blank or almost so: there is nothing to go by", True)


def _small(facts: InputFacts, preprocess: Preprocess, ranges: InputRanges | None) -> Finding | None:
    wanted = SMALL_SHARE * preprocess.size
    if facts.short_side >= wanted or facts.short_side >= (_low(ranges, "short_side") or wanted):
        return None
    size = f"{facts.width} × {facts.height} pixels"
    return Finding("small", f"the picture is too small: {size}, and the detector looks at {preprocess.size}", True)


def _recompressed(facts: InputFacts, preprocess: Preprocess, ranges: InputRanges | None) -> Finding | None:
    """By the file's tables, or by the grid that an earlier JPEG left in the pixels."""
    if facts.quality is not None:
        lowest = _low(ranges, "quality") or WARN_QUALITY
        if facts.quality < min(WARN_QUALITY, lowest):
            said = f"the picture is heavily compressed (JPEG quality about {facts.quality}), which wipes out traces"
            return Finding("recompressed", said, facts.quality < STOP_QUALITY)
    if facts.blocks > max(WARN_BLOCKS, _high(ranges, "blocks") or 0.0):
        said = "the picture shows the grid of an earlier, heavy JPEG compression, which wipes out traces"
        return Finding("recompressed", said, facts.blocks > STOP_BLOCKS)
    return None


def _drawing(facts: InputFacts, preprocess: Preprocess, ranges: InputRanges | None) -> Finding | None:
    """Only against training files: whether photos or drawings were learnt from is known from them alone."""
    few, flat = _low(ranges, "colours"), _high(ranges, "flat")
    if few is None or flat is None or facts.colours >= min(few, FEW_COLOURS) or facts.flat <= max(flat, MUCH_FLAT):
        return None
    return Finding(
        "drawing", "it looks like a drawing or a diagram, flatter and of fewer colours than what the detector learnt from", True
    )


def _screenshot(facts: InputFacts, preprocess: Preprocess, ranges: InputRanges | None) -> Finding | None:
    if facts.bars > max(SCREEN_BARS, _high(ranges, "bars") or 0.0):
        return Finding("screenshot", "it looks like a screenshot or a page: wide stripes of one colour around the picture", True)
    if facts.quality is None and (facts.width, facts.height) in SCREENS:
        return Finding("screenshot", "it has exactly the size of a screen and may be a screenshot", False)
    return None


def _aspect(facts: InputFacts, preprocess: Preprocess, ranges: InputRanges | None) -> Finding | None:
    if facts.aspect <= max(ODD_ASPECT, _high(ranges, "aspect") or 0.0):
        return None
    how = "squeezes" if preprocess.resize == "squash" else "cuts"
    return Finding(
        "aspect", f"the picture is {facts.aspect:.1f} times as long as broad, and the detector {how} it to a square", False
    )


def _low(ranges: InputRanges | None, name: str) -> float | None:
    return ranges.low(name) if ranges else None


def _high(ranges: InputRanges | None, name: str) -> float | None:
    return ranges.high(name) if ranges else None
