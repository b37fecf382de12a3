"""The trained model beside the majority class and scikit-learn's TF-IDF + logistic regression, on the same test rows.

    python benchmarks/text_classification.py [--budget 120] [--method linear]

The recipe is chosen on validation; the test rows are looked at once.  Data: the shipped complaints, and Chinese reviews
where `DONGCHA_DATA` names a folder that has them.
"""

import argparse
import os
from pathlib import Path

import dongcha
from dongcha.model.evaluate import macro_f1, mcnemar
from dongcha.model.tasks import TASKS

EXAMPLE = Path(__file__).parents[1] / "examples" / "complaints" / "complaints.parquet"


def sources() -> list[tuple[str, Path, str, str]]:
    """Name, file, label and text of each data set that is here."""
    found = [("complaints", EXAMPLE, "sub_product", "narrative")]
    folder = os.environ.get("DONGCHA_DATA")
    reviews = Path(folder or ".") / "chnsenticorp_htl_all" / "all.parquet"
    if folder and reviews.exists():
        found.append(("hotel reviews (zh)", reviews, "label", "text"))
    return found


def reference(train: tuple[list[str], list[str]], texts: list[str]) -> list[str]:
    """What scikit-learn's TF-IDF (words; characters for Chinese) + logistic regression answers."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    chinese = any("\u4e00" <= c <= "\u9fff" for c in train[0][0])
    maker = TfidfVectorizer(analyzer="char", ngram_range=(1, 2)) if chinese else TfidfVectorizer()
    model = make_pipeline(maker, LogisticRegression(max_iter=1000)).fit(*train)
    return [str(label) for label in model.predict(texts)]


def main() -> None:
    """Print one line a data set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budget", type=float, default=120.0)
    parser.add_argument("--method")
    asked = parser.parse_args()
    for name, path, label, text in sources():
        table = dongcha.clean(dongcha.read(path, roles={label: "label", text: "text"})).table
        parts = dongcha.split(table, label=label)
        trained = dongcha.train(parts, label=label, text=text, budget_s=asked.budget, method=asked.method)
        task = TASKS.get("text-classification")
        shown, held = (task.rows(part, label, text)[0] for part in (parts.train, parts.test))
        theirs = reference((list(shown.inputs), list(shown.answers)), list(held.inputs))
        ours = trained.model.predict(held.inputs).labels
        test = held.answers
        right = sum(a == b for a, b in zip(theirs, test, strict=True)) / len(test)
        p = mcnemar(test, ours, theirs)["p_value"]
        low, high = trained.metrics.interval["macro_f1"]
        print(
            f"{name}: {trained.recipe.method} accuracy {trained.metrics.accuracy:.3f}, "
            f"macro F1 {trained.metrics.macro_f1:.3f} ({low:.3f}-{high:.3f}); "
            f"scikit-learn {right:.3f}, {macro_f1(test, theirs):.3f} (McNemar p {p:.2f}); "
            f"majority {trained.baselines['majority']['accuracy']:.3f}; {trained.seconds:.0f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
