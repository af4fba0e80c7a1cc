"""How detectors do on strangers' pictures: what `python -m detector predict FOLDER --json` said of them, beside the truth.

    python -m benchmarks.packages_set DOWNLOADS strangers benchmarks/strangers_set.csv
    python -m detector predict strangers --weights NAME --json > NAME.json
    python -m benchmarks.strangers NAME.json ...

Another program can take part with a file that holds a name as "weights", a "threshold", and "images" of path and probability;
without verdicts it is never inconclusive. Shares come with Wilson's 95 % intervals, the AUC with the bootstrap's.
"""

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from detector.evaluation.metrics import evaluate, wilson
from detector.labels import AI, LABEL_NAMES

TABLE = Path(__file__).with_name("strangers_set.csv")
Answer = dict[str, Any]


def main(files: list[Path]) -> None:
    with TABLE.open(newline="") as table:
        sources = {row["sha256"][:8]: (row["class"], row["package"]) for row in csv.DictReader(table)}
    for file in files:
        said = json.loads(file.read_text(encoding="utf-8"))
        known = [each for each in said["images"] if key(each) in sources and not each.get("error")]
        answers = [each | dict(zip(("class", "package"), sources[key(each)], strict=True)) for each in known]
        if len({each["class"] for each in answers}) < len(LABEL_NAMES):
            sys.exit(f"{file} holds no pictures of both classes of {TABLE.name}: make them by benchmarks.packages_set.")
        print(f"{said['weights']}, threshold {said['threshold']:.3f}, {len(answers)} of {len(sources)} pictures")
        overall(answers, said["threshold"])
        by_source(answers, said["threshold"])


def key(answer: Answer) -> str:
    """The start of a picture's hash, as it stands in the file name that `packages_set` gave it."""
    return Path(answer["path"]).name.removeprefix("mixed__")[:8]


def overall(answers: list[Answer], threshold: float) -> None:
    """AUC, false alarms, what is found, and the verdicts."""
    labels = [LABEL_NAMES.index(each["class"]) for each in answers]
    found = evaluate(labels, [each["probability"] for each in answers], threshold)
    low, high = found.intervals["auc"]
    print(f"  AUC                          {found.auc:.3f}  ({low:.3f} – {high:.3f})")
    (true_real, alarms), (_, hits) = found.confusion_matrix
    share("real called AI-generated", alarms, true_real + alarms)
    share("AI-generated found", hits, labels.count(AI))
    decided = [each for each in answers if verdict(each, threshold) in LABEL_NAMES]
    share("inconclusive", len(answers) - len(decided), len(answers))
    share("right of what is decided", sum(verdict(each, threshold) == each["class"] for each in decided), len(decided))


def by_source(answers: list[Answer], threshold: float) -> None:
    """A line for each package: how many were called AI-generated at the threshold, and what the verdicts were."""
    packages: dict[tuple[str, str], list[Answer]] = defaultdict(list)
    for each in answers:
        packages[each["class"], each["package"]].append(each)
    for (name, package), own in sorted(packages.items()):
        called = sum(each["probability"] >= threshold for each in own)
        verdicts = [verdict(each, threshold) for each in own]
        print(f"  {name:4} {package:52} {called:3} of {len(own):3} called AI-generated; verdicts: "
              f"{verdicts.count('ai')} AI-generated, {verdicts.count('inconclusive')} inconclusive")  # fmt: skip


def verdict(answer: Answer, threshold: float) -> str:
    return answer.get("verdict") or LABEL_NAMES[int(answer["probability"] >= threshold)]


def share(name: str, part: int, whole: int) -> None:
    low, high = wilson(part, whole)
    print(f"  {name:28} {part / max(whole, 1):.3f}  ({low:.3f} – {high:.3f}), {part} of {whole}")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
