"""Generated star schemas: orders with their customers and products."""

import numpy as np
import pandas as pd

import dongcha


def star(seed=0, orders=2000, customers=200):
    """Orders, customers and products; `returned` depends on the customer's plan, and `tier` on the city."""
    rng = np.random.default_rng(seed)
    ids = [f"C{i:04d}" for i in range(customers)]
    people = pd.DataFrame({"id": ids, "name": [f"N{i}" for i in range(customers)]})
    people["plan"] = rng.choice(["pro", "free"], customers)
    people["city"] = rng.choice(list("ABCD"), customers)
    gold = np.where(people["city"] == "A", 0.75, 0.2)
    people["tier"] = np.where(rng.random(customers) < gold, "gold", "silver")
    codes = [f"P{i}" for i in range(30)]
    goods = pd.DataFrame({"code": codes, "name": [f"G{i}" for i in range(30)], "kind": rng.choice(list("xyz"), 30)})
    sold = pd.DataFrame({"customer_id": rng.choice(ids, orders), "product_code": rng.choice(codes, orders)})
    plan = people.set_index("id")["plan"].loc[sold["customer_id"]].to_numpy()
    sold["amount"] = rng.gamma(2, 10, orders).round(2)
    sold["channel"] = rng.choice(["web", "shop", "phone"], orders)
    sold["returned"] = np.where(rng.random(orders) < np.where(plan == "pro", 0.4, 0.15), "yes", "no")
    return sold, people, goods


def tables(**frames):
    """The frames as tables that are called as the arguments are."""
    from dataclasses import replace

    return [replace(dongcha.read(frame), name=name) for name, frame in frames.items()]
