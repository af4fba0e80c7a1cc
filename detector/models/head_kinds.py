"""The kinds of heads that are fitted on features, by name; what they are is in `head_fit`, which imports numpy's friends."""

HEADS = ("linear", "rbf")
