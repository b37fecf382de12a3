"""Names of statistical tests and effect sizes, in both languages."""

from dongcha.core.words import Words

TESTS: dict[str, Words] = {
    "externally studentised residual": Words("externally studentised residual", "外学生化残差检验"),
    "fisher's exact test, and a z-test of the corrected rates": Words(
        "Fisher's exact test, and a z-test of the corrected rates", "Fisher 精确检验，并对校正后的比率作 z 检验"
    ),
    "fisher's exact test within each of the two groups": Words(
        "Fisher's exact test within each of the two groups", "两组内分别作 Fisher 精确检验"
    ),
    "fisher's exact test overall and cochran-mantel-haenszel test within": Words(
        "Fisher's exact test overall and Cochran–Mantel–Haenszel test within",
        "总体作 Fisher 精确检验，分层作 Cochran–Mantel–Haenszel 检验",
    ),
    "fisher's exact test, one-sided, bonferroni over the groups": Words(
        "Fisher's exact test, one-sided, Bonferroni over the groups", "单侧 Fisher 精确检验（按组数作 Bonferroni 校正）"
    ),
    "fisher's exact test in every group (holm)": Words(
        "Fisher's exact test in every group (Holm)", "逐组作 Fisher 精确检验（Holm 校正）"
    ),
    "binomial test of the first against the second in every group (holm)": Words(
        "binomial test of the first against the second in every group (Holm)", "逐组对第一与第二作二项检验（Holm 校正）"
    ),
    "fisher's exact test, and a t-test between clusters": Words(
        "Fisher's exact test, and a t-test between clusters", "Fisher 精确检验，并作聚类间的 t 检验"
    ),
    "fisher's exact test within each of the two groups, and a t-test between clusters": Words(
        "Fisher's exact test within each of the two groups, and a t-test between clusters",
        "两组内分别作 Fisher 精确检验，并作聚类间的 t 检验",
    ),
    "welch's t-test on ranks, and a t-test between clusters": Words(
        "Welch's t-test on ranks, and a t-test between clusters", "秩的 Welch t 检验，并作聚类间的 t 检验"
    ),
    "spearman's rank correlation, and a t-test between clusters": Words(
        "Spearman's rank correlation, and a t-test between clusters", "Spearman 秩相关检验，并作聚类间的 t 检验"
    ),
    "spearman's rank correlation": Words("Spearman's rank correlation", "Spearman 秩相关检验"),
    "t-test at the best split": Words("t-test at the best split", "最佳分割点的 t 检验"),
    "t-test of the slope": Words("t-test of the slope", "斜率的 t 检验"),
    "welch's t-test on ranks": Words("Welch's t-test on ranks", "秩的 Welch t 检验"),
    "exact binomial tost, every group": Words("exact binomial TOST, every group", "精确二项 TOST 等价性检验（逐组）"),
    "f-test and largest contrast of the phases' means": Words(
        "F-test and largest contrast of the phases' means", "各相位均值的 F 检验与最大对比检验"
    ),
    "tost of spearman's rank correlation": Words(
        "TOST of Spearman's rank correlation", "Spearman 秩相关的 TOST 等价性检验"
    ),
    "tost of the slope": Words("TOST of the slope", "斜率的 TOST 等价性检验"),
    "tost on the arcsine scale, every group": Words(
        "TOST on the arcsine scale, every group", "反正弦尺度上的 TOST 等价性检验（逐组）"
    ),
    "welch's tost on values and on ranks, every group": Words(
        "Welch's TOST on values and on ranks, every group", "对数值和秩的 Welch TOST 等价性检验（逐组）"
    ),
    "z-test of totals": Words("z-test of totals", "合计的 z 检验"),
    "z-test of a total below zero": Words("z-test of a total below zero", "合计小于零的 z 检验"),
    "fisher's exact test against both sides": Words(
        "Fisher's exact test against both sides", "对两侧的 Fisher 精确检验"
    ),
    "welch's t-test on ranks against both sides": Words(
        "Welch's t-test on ranks against both sides", "对两侧的秩 Welch t 检验"
    ),
    "mood's and kolmogorov-smirnov tests": Words(
        "Mood's and Kolmogorov–Smirnov tests", "Mood 检验与 Kolmogorov–Smirnov 检验"
    ),
    "mcnemar's exact test": Words("McNemar's exact test", "McNemar 精确检验"),
    "t-test of two periods": Words("t-test of two periods", "两时期的 t 检验"),
    "binomial test": Words("binomial test", "二项检验"),
    "conditional binomial test": Words("conditional binomial test", "条件二项检验"),
    "compound poisson z-test": Words("compound Poisson z-test", "复合 Poisson z 检验"),
    "conditional binomial test and proportion z-test": Words(
        "conditional binomial test and proportion z-test", "条件二项检验与比例 z 检验"
    ),
    "compound poisson z-test and proportion z-test": Words(
        "compound Poisson z-test and proportion z-test", "复合 Poisson z 检验与比例 z 检验"
    ),
    "delta-method z-test and difference in differences": Words(
        "delta-method z-test and difference in differences", "delta 法 z 检验与双重差分检验"
    ),
    "chi-squared test": Words("chi-squared test", "卡方检验"),
    "cusum permutation test": Words("CUSUM permutation test", "CUSUM 置换检验"),
    "fisher's exact test": Words("Fisher's exact test", "Fisher 精确检验"),
    "prewhitened rank correlation": Words("prewhitened rank correlation", "预白化后的秩相关检验"),
    "prewhitened rank cross-correlation, every lag": Words(
        "prewhitened rank cross-correlation, every lag", "预白化后的秩互相关检验（各滞后期）"
    ),
    "robust deviation from the days around": Words(
        "robust deviation from the days around", "与前后各日相比的稳健偏差检验"
    ),
    "generalised esd": Words("generalised ESD", "广义 ESD 检验"),
    "fisher's exact test, one-sided": Words("Fisher's exact test, one-sided", "单侧 Fisher 精确检验"),
    "t-test of the slope and fisher's exact test": Words(
        "t-test of the slope and Fisher's exact test", "斜率的 t 检验与 Fisher 精确检验"
    ),
    "t-test at the best split and fisher's exact test": Words(
        "t-test at the best split and Fisher's exact test", "最佳分割点的 t 检验与 Fisher 精确检验"
    ),
    "score test, and fisher's exact test, given the other phrases, on texts that did not choose them": Words(
        "score test given the other phrases, and Fisher's exact test, on texts that did not choose them",
        "给定其他短语的得分检验与 Fisher 精确检验（在未用于挑选的文本上）",
    ),
    "score test, given the other phrases, on texts that did not choose them": Words(
        "score test given the other phrases, on texts that did not choose them",
        "给定其他短语的得分检验（在未用于挑选的文本上）",
    ),
    "log-odds z-test": Words("log-odds z-test", "对数几率 z 检验"),
    "mann-kendall": Words("Mann–Kendall", "Mann–Kendall 趋势检验"),
    "mann-whitney u": Words("Mann–Whitney U", "Mann–Whitney U 检验"),
    "permutation test": Words("permutation test", "置换检验"),
    "spearman": Words("Spearman", "Spearman 相关检验"),
    "two-proportion z-test": Words("two-proportion z-test", "两比例 z 检验"),
    "welch's t-test": Words("Welch's t-test", "Welch t 检验"),
}
"""Names of tests by their lower case; a test that is not here keeps its own name."""

EFFECTS: dict[str, Words] = {
    "cohen's d": Words("Cohen's d", "Cohen's d"),
    "cohen's d of ranks": Words("Cohen's d of ranks", "秩的 Cohen's d"),
    "kolmogorov-smirnov distance": Words("Kolmogorov–Smirnov distance", "Kolmogorov–Smirnov 距离"),
    "mean over root mean square": Words("mean over root mean square", "均值与均方根之比"),
    "standardised change": Words("standardised change", "标准化变化"),
    "rank correlation of what is new": Words("rank correlation of what is new", "新变化的秩相关"),
    "adjusted log-odds ratio": Words("adjusted log-odds ratio", "校正后的对数几率比"),
    "adjusted difference in standard deviations": Words(
        "adjusted difference in standard deviations", "校正后的差异（标准差）"
    ),
    "log-odds ratio with a dirichlet prior": Words(
        "log-odds ratio with a Dirichlet prior", "对数几率比（Dirichlet 先验）"
    ),
    "log ratio": Words("log ratio", "对数比"),
    "spearman's rho": Words("Spearman's rho", "Spearman ρ"),
    "cohen's h": Words("Cohen's h", "Cohen's h"),
    "cohen's h, corrected for errors of reading": Words(
        "Cohen's h, corrected for errors of reading", "Cohen's h（已校正读取误差）"
    ),
    "cramér's v": Words("Cramér's V", "Cramér's V"),
    "log odds ratio within": Words("log odds ratio within", "分层对数优势比"),
    "relative change": Words("relative change", "相对变化"),
    "risk ratio": Words("risk ratio", "风险比"),
    "share": Words("share", "占比"),
    "share of change": Words("share of the change", "变化占比"),
    "share of the difference": Words("share of the difference", "差异占比"),
}
