"""What a page says of weights: one line of facts, and their card without its front matter."""

import re

from detector.models.library import Entry
from detector.models.names import NETWORKS

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_TITLE = re.compile(r"\A\s*# .*\n")
_TESTED = re.compile(r"On the held-out (?P<split>\w+) split, n = (?P<n>\d+)")
_ACCURACY = re.compile(r"^\| Accuracy \| (?P<value>[^|]+) \|", re.MULTILINE)


def facts(entry: Entry) -> str:
    """Network, size, data and test accuracy, as far as they are known."""
    titles = {network.name: network.title for network in NETWORKS}
    architecture = str(entry.config["architecture"])
    data = entry.config.get("dataset")
    parts = [
        titles.get(architecture, architecture),
        f"{entry.megabytes:.1f} MB",
        f"trained on {data}" if data else "training data unknown",
        _tested(entry.card),
    ]
    return " · ".join(parts)


def _tested(card: str) -> str:
    """The accuracy that the card reports, with its interval and the number of images."""
    where, accuracy = _TESTED.search(card), _ACCURACY.search(card)
    if not where or not accuracy:
        return "not tested"
    split = "test" if where["split"] == "test" else "validation"
    return f"{split} accuracy {accuracy['value']}, n = {where['n']}"


def card_text(card: str) -> str:
    """The card as Markdown for a page: no front matter, no title, headings that fit below the page's own."""
    body = _TITLE.sub("", _FRONT_MATTER.sub("", card).lstrip())
    return re.sub(r"^(#+) ", r"##\1 ", body, flags=re.MULTILINE)
