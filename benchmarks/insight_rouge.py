"""ROUGE-1 as InsightBench scores it, and the mean of the best of a list.

The repository ServiceNow/insight-bench calls `evaluate.load("rouge")` with its defaults for one prediction and one
reference (`insightbench/utils/eval_utils.py`), which is `rouge1` of the package rouge_score 0.1.2: the F-measure of
clipped counts of words, lower case, cut at everything but ASCII letters and digits, no stemmer.  For each true insight
`insightbench/metrics.py` takes the best prediction, then the mean over the true insights.  It is worked out here anew
so that the benchmark needs neither package.
"""

import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"[a-z0-9]+")


def rouge_1(prediction: str, reference: str) -> float:
    """The F-measure of words in common, 0..1.

    >>> round(rouge_1("The cat sat.", "the cat ran away"), 4)
    0.5714
    """
    said, wanted = (Counter(_WORD.findall(text.lower())) for text in (prediction, reference))
    common = (said & wanted).total()
    return 2 * common / (said.total() + wanted.total()) if common else 0.0


def best(predictions: Sequence[str], reference: str) -> tuple[float, str]:
    """The best prediction for a truth, with its score; the first of equals."""
    scored = [(rouge_1(text, reference), text) for text in predictions]
    return max(scored, key=lambda pair: pair[0]) if scored else (0.0, "")
