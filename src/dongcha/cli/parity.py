"""What a graph gains and loses beside PyTorch, in the terminal."""

from rich.console import Console

from dongcha.cli.figures import figure_name
from dongcha.core.words import Lang, Words
from dongcha.model.onnx.parity import FILES, Parity, Variant


def show_parity(parity: Parity, lang: Lang) -> None:
    """One line for PyTorch and one a variant, and which of them answers from now on."""
    console = Console(stderr=True)

    def say(words: Words) -> None:
        console.print(words.at(lang), markup=False, highlight=False)

    if parity.inputs == "built-in":
        say(
            Words(
                f"Checked on {parity.rows} built-in neutral sentences; give a FILE to check on real inputs.",
                f"用内置的 {parity.rows} 个中性句子核对；给出 FILE 可用真实输入核对。",
            )
        )
    figure = "" if parity.torch_figure is None else f", {figure_name(parity.name, lang)} {parity.torch_figure:.3f}"
    say(Words(f"torch      {parity.torch_per_s:.0f}/s{figure}", f"torch      每秒 {parity.torch_per_s:.0f} 条{figure}"))
    for name, found in parity.variants.items():
        say(_line(name, found, parity, lang))
    used = FILES[parity.use] if parity.use else "PyTorch"
    say(Words(f"The model answers by {used}.", f"模型由 {used} 作答。"))


def _line(name: str, found: Variant, parity: Parity, lang: Lang) -> Words:
    ratio = found.per_s / parity.torch_per_s
    lost = ""
    if found.figure is not None and parity.torch_figure is not None:
        points = 100 * (found.figure - parity.torch_figure)
        lost = f", {figure_name(parity.name, lang)} {found.figure:.3f} ({points:+.2f})"
    en = f"; not used: {found.refused.en}" if found.refused else ""
    zh = f"；未采用：{found.refused.zh}" if found.refused else ""
    gap = f"{found.largest:.2g}"
    return Words(
        f"{name:<10} {found.per_s:.0f}/s (x{ratio:.1f}), probabilities within {gap}, {found.agree:.1%} alike{lost}{en}",
        f"{name:<10} 每秒 {found.per_s:.0f} 条（{ratio:.1f} 倍），概率相差不超过 {gap}，"
        f"{found.agree:.1%} 答案相同{lost}{zh}",
    )
