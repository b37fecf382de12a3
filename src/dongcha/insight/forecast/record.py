"""A forecast as a JSON object."""

from dataclasses import asdict

from dongcha.insight.forecast.answer import Forecast
from dongcha.insight.record import rounded


def forecast_json(found: Forecast) -> dict[str, object]:
    """The forecast with the keys that scripts rely on; numbers with ten significant digits."""
    subject = found.subject
    return {
        "measure": subject.measure,
        "aggregation": subject.aggregation,
        "category": subject.category,
        "time": subject.breakdown[0],
        "grain": subject.grain,
        "level": found.level,
        "season": found.season,
        "complete": found.complete,
        "ahead": [
            {name: rounded(value) if isinstance(value, float) else str(value) for name, value in asdict(one).items()}
            for one in found.ahead
        ],
        "method": found.method,
        "tried": [{"method": one.method, "mase": rounded(one.mase)} for one in found.tried],
        "baseline": found.baseline,
        "mase": rounded(found.mase),
        "mase_baseline": rounded(found.mase_baseline),
        "coverage": rounded(found.coverage),
        "checked": found.checked,
        "origins": found.origins,
        "widened": rounded(found.widened),
        "sentences": [one.to_json() for one in found.sentences],
        "caveats": [one.to_json() for one in found.caveats],
        "sql": found.evidence.sql,
        "rows": [{name: rounded(value) for name, value in row.items()} for row in found.evidence.rows],
        "chart": dict(found.chart),
    }
