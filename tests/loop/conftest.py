"""A small table of complaints with everything in it: text, label, categories, a measure, dates."""

import numpy as np
import pandas as pd
import pytest

TOPICS = {
    "card": "my credit card was charged twice and the card payment never cleared at the store",
    "loan": "the loan application was denied and the personal loan officer gave no reason",
    "账户": "我的账户被冻结了，客服一直没有回复，密码也无法重置",
}


@pytest.fixture(scope="session")
def complaints(tmp_path_factory):
    rng = np.random.default_rng(1)
    rows = []
    for i in range(420):
        kind = list(TOPICS)[i % 3]
        words = TOPICS[kind].split() if kind != "账户" else list(TOPICS[kind])
        text = (" " if kind != "账户" else "").join(rng.permutation(words)) + f" {i}"
        late = rng.random() < (0.6 if kind == "loan" else 0.15)
        day = pd.Timestamp("2023-01-01") + pd.Timedelta(days=int(rng.integers(0, 240)))
        rows.append(
            {
                "day": day,
                "text": text,
                "kind": kind,
                "late": "yes" if late else "no",
                "amount": round(rng.lognormal(4, 1), 2),
            }
        )
    path = tmp_path_factory.mktemp("数据 a") / "投诉.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path
