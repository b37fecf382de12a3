"""The stages of a run: collect, clean, split, train, annotate, mine, report."""

from datetime import UTC, datetime
from pathlib import Path

from dongcha.core.duration import seconds_of
from dongcha.core.files import content_hash, write_json
from dongcha.core.words import Words
from dongcha.data.brought import here
from dongcha.data.clean import clean
from dongcha.data.clean.texts import TEXT_RULES
from dongcha.data.join.asked import Asked, keys_of
from dongcha.data.join.record import join_json
from dongcha.data.join.sources import read_joined
from dongcha.data.saved import load_table, save_table
from dongcha.data.schema import Role
from dongcha.data.split import check_leak, split
from dongcha.data.table import Table
from dongcha.insight.record import mined_json
from dongcha.loop.annotate import annotated
from dongcha.loop.learn import Learning, Prepared, fit
from dongcha.loop.mine import mine
from dongcha.loop.models import next_folder, register_run
from dongcha.loop.page import write_page
from dongcha.loop.parts import stored_parts
from dongcha.loop.reading import label_of, no_training, text_of
from dongcha.loop.remember import remembered, tell
from dongcha.loop.reported import report_of
from dongcha.loop.stage import Result, Run, Stage
from dongcha.loop.train import followed
from dongcha.model.folder import save
from dongcha.report.write import write_report
from dongcha.serve.live.place import Place
from dongcha.store.config import Config
from dongcha.store.memory import memory_of


def _collect_inputs(run: Run) -> object:
    config = run.project.config
    files = [*config.sources, *(table.source for table in config.tables)]
    hashes = [content_hash(Path(source)) for source in files if Path(source).is_file()]
    joined = [[table.model_dump() for table in config.tables]] if config.tables else []
    return [config.sources, hashes, config.roles, config.label, config.text, *joined]


def _collect(run: Run) -> Result:
    config = run.project.config
    stated: dict[str, Role | str | None] = {
        name: None if role == "none" else role for name, role in config.roles.items()
    }
    others = [Asked(one.source, keys_of(one.on), one.aggregate) for one in config.tables]
    stated |= {name: role for name, role in ((config.label, Role.LABEL), (config.text, Role.TEXT)) if name}
    table = here(read_joined(config.sources, others, roles=stated, prepare=_mended), "a run")
    table = _learned(table, config)
    save_table(table, run.path("collected.parquet"))
    return {"rows": table.rows, "fingerprint": table.fingerprint(), **join_json(table)}


def _learned(table: Table, config: Config) -> Table:
    """The table with the label and the text that a person named, also where they come from a joined table."""
    named = {name: role for name, role in ((config.label, Role.LABEL), (config.text, Role.TEXT)) if name}
    wanted = {name: role for name, role in named.items() if name in table.schema.names}
    wrong = {name: role for name, role in wanted.items() if table.schema[name].role is not role}
    return table.with_roles(wrong) if wrong else table


def _mended(table: Table) -> Table:
    """A table to be joined, its texts cleaned before the join: in the joined rows each stands many times."""
    return clean(table, rules=[rule.name for rule in TEXT_RULES]).table


def _clean(run: Run) -> Result:
    cleaned = clean(load_table(run.path("collected.parquet")), on_step=run.on_step)
    save_table(cleaned.table, run.path("cleaned.parquet"))
    return cleaned.to_json()


def _split(run: Run) -> Result:
    table = load_table(run.path("cleaned.parquet"))
    reason = no_training(table, run.project.config)
    if reason is not None:
        return {"reason": reason.to_json()}
    parts = split(table, label=label_of(table), seed=run.project.config.seed)
    check_leak(parts)
    if not (parts.validation.rows and parts.test.rows):
        return {
            "reason": Words(
                "Too few rows share a label for a validation and a test part, so no model was trained.",
                "同一标签的记录太少，无法分出验证集和测试集，因此没有训练模型。",
            ).to_json()
        }
    tables = {"train": parts.train, "validation": parts.validation, "test": parts.test}
    for name, part in tables.items():
        save_table(part, run.path(f"{name}.parquet"))
    rows = {name: part.rows for name, part in tables.items()}
    return {"rows": rows, "fingerprint": parts.fingerprint, "how": parts.how.to_json()}


def _train_inputs(run: Run) -> object:
    config = run.project.config
    decided = config.model_dump(include={"budget", "method", "encoder"})
    return decided if config.recipe is None else decided | {"recipe": config.recipe.model_dump()}


def _train(run: Run) -> Result:
    found = run.results["split"]
    if "reason" in found:
        return {"reason": found["reason"]}
    config, parts = run.project.config, stored_parts(run.project)
    label, text = label_of(parts.train), text_of(parts.train, config)
    assert label is not None
    ask = followed(
        Learning(
            label=label, text=text, method=config.method, encoder=config.encoder, seed=config.seed,
            budget_s=seconds_of(config.budget),
        ),
        config,
    )  # fmt: skip
    trained = fit(Prepared(parts, ask, label, text), on_step=run.on_step)
    folder = next_folder(Place(run.project.folder, run.project.state, True), trained.model.name)
    place = save(trained.model, folder)
    version = register_run(run.project, place, trained.model.name).number
    return {
        "model": str(place.relative_to(run.project.folder)),
        "version": version,
        "label": label,
        "text": text,
        "rows": found["rows"],
        **trained.to_json(),
    }


def _annotate(run: Run) -> Result:
    table, topics = annotated(run, load_table(run.path("cleaned.parquet")))
    save_table(table, run.path("annotated.parquet"))
    return {"columns": [c.name for c in table.schema if c.read_by], **topics}


def _mine_inputs(run: Run) -> object:
    config = run.project.config.model_dump(include={"top", "fdr", "mining_budget"}, exclude_none=True)
    marks = [(verb, key) for verb, key, _ in memory_of(run.project.state).marks()]
    return config | {"marks": marks} if marks else config


def _mine(run: Run) -> Result:
    config = run.project.config
    memory = memory_of(run.project.state)
    table, known = load_table(run.path("annotated.parquet")), remembered(memory)
    budget_s = seconds_of(config.mining_budget) if config.mining_budget else None
    mined = mine(table, top=config.top, fdr=config.fdr, remembered=known, budget_s=budget_s, on_step=run.on_step)
    write_json(run.path("mined.json"), mined_json(mined))
    tell(memory, mined, "run")
    return {"insights": len(mined.insights), "tested": mined.tested}


def _report(run: Run) -> Result:
    trained = run.results["train"]
    if "model" in trained:  # here and not in the stage before, so that it follows the language of the report
        write_page(run.project.folder / trained["model"], trained, run.project.config.lang)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    folder = run.project.reports / f"{stamp}-{run.key[:6]}"
    place = write_report(report_of(run), folder, data=run.path("annotated.parquet"))
    return {"report": str(place.relative_to(run.project.folder))}


def _none(run: Run) -> object:
    return None


STAGES = (
    Stage(
        "collect", Words("collecting", "收集"), _collect_inputs, _collect, lambda r, _: [r.path("collected.parquet")]
    ),
    Stage("clean", Words("cleaning", "清洗"), _none, _clean, lambda r, _: [r.path("cleaned.parquet")]),
    Stage(
        "split",
        Words("splitting", "划分"),
        lambda r: r.project.config.seed,
        _split,
        lambda r, found: [r.path(f"{name}.parquet") for name in found.get("rows", ())],
    ),
    Stage(
        "train",
        Words("training", "训练"),
        _train_inputs,
        _train,
        lambda r, found: [r.project.folder / found["model"]] if "model" in found else [],
        version=2,
    ),
    Stage("annotate", Words("reading", "读取"), _none, _annotate, lambda r, _: [r.path("annotated.parquet")]),
    Stage(
        "mine",
        Words("mining", "挖掘"),
        _mine_inputs,
        _mine,
        lambda r, _: [r.path("mined.json")],
        version=4,
    ),
    Stage(
        "report",
        Words("writing", "撰写"),
        lambda r: r.project.config.lang,
        _report,
        lambda r, found: [r.project.folder / found["report"]],
        version=4,
    ),
)
