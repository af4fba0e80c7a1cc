"""What is said of a region's place in the ledger: what the map claims, and whether the score bears it out."""

from detector.explain.regions import REGIONS

BRIGHT = 1.2
"""From this ratio of a region's share of the map to its share of the area, the map counts as bright there."""
SIGNIFICANT = 0.05


def row_sentence(name: str, ratio: float, p_smooth: float, p_swap: float, *, empty: bool = False) -> str:
    """One sentence on a region, honest both ways; `empty` when the map shows nothing anywhere."""
    region = REGIONS[name]
    it, carry = ("them", "carry") if region.plural else ("it", "carries")
    claim = f"the {region.words} {carry} {ratio:.1f}× {'their' if region.plural else 'its'} share of the map"
    more = f"moves the score more than smoothing random patches does ({shown_p(p_smooth)})"
    no_more = f"moves the score no more than smoothing random patches does ({shown_p(p_smooth)})"
    moves = p_smooth <= SIGNIFICANT
    if empty:
        said = f"the map is empty; smoothing the {region.words} {more if moves else no_more}"
    elif ratio >= BRIGHT and moves:
        said = f"{claim}, and smoothing {it} {more}"
    elif ratio >= BRIGHT:
        said = f"the map is bright at the {region.words} ({ratio:.1f}× the share), but smoothing {it} {no_more}"
    elif moves:
        said = f"the map is not bright at the {region.words} ({ratio:.1f}× the share), yet smoothing {it} {more}"
    else:
        said = f"{claim}, and smoothing {it} {no_more}"
    if p_swap <= SIGNIFICANT:
        does = "also does" if moves else "does"
        said += f"; swapping {it} with {'their' if region.plural else 'its'} mirror image {does} ({shown_p(p_swap)})"
    return f"{said[0].upper()}{said[1:]}."


def shown_p(value: float) -> str:
    """Like "p = 0.03"; never a p of zero."""
    return f"p = {value:.2f}" if value >= 0.01 else f"p = {value:.3f}"
