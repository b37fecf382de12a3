"""Every setting of a recipe, once: name, default, range, and what it does.  `--set` and every recipe read it.

Knows numbers.  Knows nothing of how a method uses them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dongcha.core.checks import known
from dongcha.core.errors import ConfigError
from dongcha.core.words import Words

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Knob:
    """A setting: its default (by method where they differ), the values that it may take, and what it does."""

    name: str
    default: Value
    low: float
    high: float
    help: Words
    by_method: Mapping[str, Value] = field(default_factory=dict)

    def default_for(self, method: str) -> Value:
        """The default of a method."""
        return self.by_method.get(method, self.default)

    def checked(self, value: object) -> Value:
        """The value in the type of the default; raises `ConfigError` where it is none or out of range."""
        kind = type(self.default)
        try:
            found = _read(value, kind)
        except (TypeError, ValueError):
            raise ConfigError(f"setting {self.name!r} must be {_WANTED[kind]}, got {value!r}") from None
        if kind in (int, float) and not self.low <= float(found) <= self.high:
            raise ConfigError(f"setting {self.name!r} must be {self.low:g} to {self.high:g}, got {value!r}")
        return found


_WANTED: Mapping[type, str] = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}
_TRUE = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _read(value: object, kind: type) -> Value:
    if kind is bool:
        if str(value).lower() not in _TRUE:
            raise ValueError(value)
        return _TRUE[str(value).lower()]
    if kind is int and float(str(value)) != int(float(str(value))):
        raise ValueError(value)
    return int(float(str(value))) if kind is int else float(str(value)) if kind is float else str(value)


def _knob(name: str, default: Value, bounds: tuple[float, float], en: str, zh: str, **by_method: Value) -> Knob:
    return Knob(name, default, *bounds, Words(en, zh), by_method)


KNOBS: Mapping[str, Knob] = {
    knob.name: knob
    for knob in (
        _knob("strength", 1.0, (1e-6, 1e6), "inverse penalty of a fitted head", "线性头的正则化强度的倒数"),
        _knob("balanced", False, (0, 1), "weigh rare classes as much as common ones", "各类别等权"),
        _knob("token_limit", 256, (8, 8192), "tokens of a text that are read", "每条文本读取的词元数"),
        _knob(
            "context_words",
            0,
            (0, 10_000),
            "words of neighbouring sentences read around one",
            "句子两侧读取的上下文词数",
        ),
        _knob(
            "shape_features",
            True,
            (0, 1),
            "letter case and spelling of words beside an encoder that lower-cases; stated, beside any encoder",
            "为小写化的编码器补充词形特征；明确指定时适用于任何编码器",
        ),
        _knob("epochs", 3.0, (0.01, 1000), "passes over the train rows", "训练轮数"),
        _knob(
            "learning_rate",
            3e-4,
            (1e-7, 1.0),
            "peak learning rate; the default falls with the root of the steps beyond 250",
            "峰值学习率；超过 250 步时默认值按步数的平方根下降",
            lora=1e-3,
            adalora=2e-3,
            adapter=2e-3,
            contrastive=1e-4,
        ),
        _knob(
            "layer_decay",
            1.0,
            (0.1, 1.0),
            "learning rate of a layer as a part of that of the layer above it",
            "每层学习率与上一层之比",
            full=0.85,
        ),
        _knob("head_rate", 1.0, (0.0, 1000), "learning rate of the head, as a multiple", "头部学习率的倍数"),
        _knob(
            "batch_rows",
            32,
            (1, 4096),
            "most inputs of a batch",
            "每批最多输入数",
            lora=16,
            adalora=16,
            adapter=16,
        ),
        _knob("batch_tokens", 2048, (32, 1_000_000), "most padded tokens of a batch", "每批最多词元数"),
        _knob("accumulate", 1, (1, 256), "batches whose gradients make one step", "梯度累积的批数"),
        _knob("warm_up", 0.1, (0.0, 1.0), "part of the steps over which the rate rises", "学习率预热占比"),
        _knob("decay", "linear", (0, 0), "how the rate falls: linear, cosine, constant", "学习率衰减方式"),
        _knob("weight_decay", 0.01, (0.0, 10.0), "L2 penalty of AdamW", "AdamW 的权重衰减"),
        _knob("smoothing", 0.0, (0.0, 0.9), "label smoothing", "标签平滑"),
        _knob(
            "dropout",
            -1.0,
            (-1.0, 0.9),
            "dropout of the encoder; -1: its own, none for a single pass",
            "编码器的丢弃率；-1：沿用原值，只训练一轮时不丢弃",
        ),
        _knob(
            "contrast",
            0.0,
            (0.0, 1.0),
            "part of the loss that draws inputs of a class together and others apart",
            "对比损失的占比：同类输入相互靠近，异类相互远离",
            contrastive=0.9,
        ),
        _knob("clip", 1.0, (0.0, 1000), "longest gradient; 0 for any", "梯度裁剪；0 不裁剪"),
        _knob("patience", 4, (1, 1000), "checks without a better figure before it stops", "早停的检查次数"),
        _knob("checks", 2.0, (0.001, 1000), "checks on the validation rows an epoch", "每轮的验证次数"),
        _knob("precision", "auto", (0, 0), "auto, fp32, bf16, fp16", "数值精度：auto、fp32、bf16、fp16"),
        _knob(
            "kept_layers",
            0,
            (0, 1000),
            "lowest layers of the encoder that are kept; 0 for all",
            "保留的底部层数；0 为全部",
        ),
        _knob("frozen_layers", 0, (0, 1000), "lowest layers that do not learn", "冻结的底部层数"),
        _knob("frozen_embeddings", True, (0, 1), "word embeddings do not learn", "冻结词嵌入"),
        _knob("rank", 8, (1, 1024), "rank of LoRA and AdaLoRA", "LoRA/AdaLoRA 的秩"),
        _knob("alpha", 16.0, (0.1, 4096), "scale of LoRA and AdaLoRA", "LoRA/AdaLoRA 的缩放"),
        _knob("adapter_width", 24, (1, 4096), "width of a bottleneck adapter", "瓶颈适配器的宽度"),
    )
}


def settings_from(pairs: Sequence[str]) -> dict[str, Value]:
    """Settings written as `NAME=VALUE`.

    >>> settings_from(["epochs=2"])
    {'epochs': 2.0}
    """
    for pair in pairs:
        if "=" not in pair:
            raise ConfigError(f"a setting is written NAME=VALUE, got {pair!r}")
    split = (pair.partition("=") for pair in pairs)
    return checked_settings({name.strip(): value.strip() for name, _, value in split})


def checked_settings(given: Mapping[str, object]) -> dict[str, Value]:
    """Settings as a person wrote them, in their types; raises `UnknownName` or `ConfigError` where one is wrong."""
    return {known("setting", name, KNOBS): KNOBS[name].checked(value) for name, value in given.items()}


def reference() -> str:
    """All settings as a Markdown table, in English and Chinese: what docs/reference/recipes.md holds."""
    lines = ["| setting | default | range | what it does | 说明 |", "|---|--:|---|---|---|"]
    for knob in KNOBS.values():
        others = "".join(f"; {method} {_shown(value)}" for method, value in knob.by_method.items())
        span = {bool: "true, false", str: "a text"}.get(type(knob.default), f"{knob.low:g} to {knob.high:g}")
        lines.append(f"| `{knob.name}` | {_shown(knob.default)}{others} | {span} | {knob.help.en} | {knob.help.zh} |")
    return "\n".join(lines) + "\n"


def _shown(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
