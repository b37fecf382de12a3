"""The page's own words, in both languages."""

from dongcha.core.words import Lang, Words

LABELS: dict[str, Words] = {
    "report": Words("Report", "报告"),
    "skip": Words("Skip to the findings", "跳到发现"),
    "contents": Words("Contents", "目录"),
    "glance": Words("In short", "概览"),
    "data": Words("What the data is", "数据概况"),
    "quality": Words("How good the data is", "数据质量"),
    "model": Words("What the models read", "模型读出了什么"),
    "findings": Words("Findings", "发现"),
    "next": Words("What to do next", "下一步"),
    "method": Words("How this was made", "方法说明"),
    "rows": Words("rows", "条记录"),
    "records": Words("Rows", "记录数"),
    "columns": Words("columns", "列"),
    "column": Words("Column", "列"),
    "role": Words("Role", "角色"),
    "type": Words("Type", "类型"),
    "missing": Words("Missing", "缺失"),
    "distinct": Words("Distinct", "不同值"),
    "examples": Words("Examples", "示例"),
    "why": Words("Why this role", "判断依据"),
    "assumed": Words("Assumed while reading", "读取时的假设"),
    "assumed_hint": Words("Please check these; each can be overridden.", "请核对；每一项都可以改。"),
    "rule": Words("Rule", "规则"),
    "touched": Words("Rows touched", "涉及记录"),
    "before": Words("Before", "清洗前"),
    "after": Words("After", "清洗后"),
    "warnings": Words("To keep in mind", "需要留意"),
    "notes": Words("Good to know", "说明"),
    "nothing_cleaned": Words("No cleaning rule had anything to do.", "没有需要清洗之处。"),
    "class": Words("Class", "类别"),
    "precision": Words("Precision", "精确率"),
    "recall": Words("Recall", "召回率"),
    "f1": Words("F1", "F1"),
    "support": Words("Test rows", "测试记录"),
    "per_class": Words("Class by class", "各类表现"),
    "confusion": Words("What is taken for what", "混淆情况"),
    "confusion_hint": Words(
        "Each row is the true class, each column what the model said; the stronger the colour, the larger the part of the row.",
        "每行为真实类别，每列为模型的判断；颜色越浓，占该行的比例越大。",
    ),
    "tried": Words("What was tried", "尝试过的方法"),
    "tried_hint": Words(
        "Measured on the validation rows, which the test rows take no part in.", "在验证集上比较，不使用测试集。"
    ),
    "approach": Words("Method", "方法"),
    "accuracy": Words("Accuracy", "准确率"),
    "entity_f1": Words("Entity F1", "实体 F1"),
    "macro_f1": Words("Macro F1", "宏平均 F1"),
    "micro_f1": Words("Micro F1", "微平均 F1"),
    "samples_f1": Words("Samples F1", "样本平均 F1"),
    "seconds": Words("Seconds", "秒"),
    "chosen": Words("chosen", "采用"),
    "topics": Words("Topics in the texts", "文本主题"),
    "topic": Words("Topic", "主题"),
    "phrases": Words("Typical phrases", "典型短语"),
    "example": Words("Example", "示例"),
    "this_model": Words("this model", "本模型"),
    "effect": Words("Effect", "效应"),
    "p_value": Words("p-value", "p 值"),
    "q_value": Words("q-value", "q 值"),
    "share": Words("Share of the data", "涉及数据"),
    "test": Words("Test", "检验"),
    "caveats": Words("Caveats", "注意"),
    "said_more": Words("Said more often here", "此处更常提到"),
    "inside": Words("here", "此处"),
    "outside": Words("elsewhere", "其余"),
    "evidence": Words("Evidence: the query and its rows", "证据：查询与结果"),
    "more_rows": Words("more rows in insights.json", "行见 insights.json"),
    "folded": Words("near-repeats of this fact folded into it", "个近似重复的发现已并入本条"),
    "checked": Words("Checked, and found even or flat", "已检验，未见差异"),
    "left_out": Words("Left out", "未展示"),
    "left_out_hint": Words(
        "These sentences say something that is not in their evidence, so they are not among the findings:",
        "以下句子包含证据中没有的内容，因此不列入发现：",
    ),
    "yes": Words("yes", "是"),
    "no": Words("no", "否"),
    "interval": Words("95% interval", "95% 区间"),
    "created": Words("Written", "生成于"),
    "source": Words("Source", "来源"),
    "fingerprint": Words("Fingerprint of the data", "数据指纹"),
    "finding": Words("Finding", "发现"),
    "all_findings": Words("See every finding with its evidence", "查看全部发现及其证据"),
    "no_value": Words("missing", "缺失"),
    "dropped": Words("row set aside", "记录已剔除"),
    "skipped": Words("not tried", "未尝试"),
    "encoder": Words("Encoder", "编码器"),
    "calibration": Words("Calibration error, as scored", "校准误差（原始）"),
    "calibrated": Words("Calibration error, after temperature scaling", "校准误差（温度缩放后）"),
    "no_model": Words("No model was trained.", "没有训练模型。"),
    "no_steps": Words("These facts call for no further step.", "根据现有事实，暂无需要采取的步骤。"),
    "not_given": Words("Nothing was recorded about this.", "没有相关记录。"),
    "paper": Words(
        "The query of each finding and its rows are in insights.json, beside this report.",
        "每条发现的查询与结果见同一文件夹中的 insights.json。",
    ),
    "small_print": Words(
        "All on the same test rows; the small figures are 95% intervals.",
        "均在同一测试集上；小字为 95% 区间。",
    ),
    "made_with": Words("Made with Dongcha", "由洞察（Dongcha）生成"),
}

PATTERNS: dict[str, Words] = {
    "outstanding": Words("Stands out", "突出"),
    "majority": Words("Holds most", "占多数"),
    "trend": Words("Trend", "趋势"),
    "change_point": Words("Change of level", "水平变化"),
    "outlier": Words("Outlier", "异常点"),
    "correlation": Words("Go together", "相关"),
    "driver": Words("Driver of a change", "变化来源"),
    "phrase": Words("Said more often", "高频短语"),
}

ROLES: dict[str, Words] = {
    "text": Words("text", "文本"),
    "image": Words("image", "图像"),
    "audio": Words("audio", "音频"),
    "category": Words("category", "类别"),
    "measure": Words("measure", "度量"),
    "time": Words("time", "时间"),
    "id": Words("identifier", "标识"),
    "label": Words("label", "标签"),
}

TESTS: dict[str, Words] = {
    "externally studentised residual": Words("externally studentised residual", "外学生化残差检验"),
    "fisher's exact test within each of the two groups": Words(
        "Fisher's exact test within each of the two groups", "两组内分别作 Fisher 精确检验"
    ),
    "spearman's rank correlation": Words("Spearman's rank correlation", "Spearman 秩相关检验"),
    "t-test at the best split": Words("t-test at the best split", "最佳分割点的 t 检验"),
    "t-test of the slope": Words("t-test of the slope", "斜率的 t 检验"),
    "welch's t-test on ranks": Words("Welch's t-test on ranks", "秩的 Welch t 检验"),
    "binomial test": Words("binomial test", "二项检验"),
    "chi-squared test": Words("chi-squared test", "卡方检验"),
    "cusum permutation test": Words("CUSUM permutation test", "CUSUM 置换检验"),
    "fisher's exact test": Words("Fisher's exact test", "Fisher 精确检验"),
    "generalised esd": Words("generalised ESD", "广义 ESD 检验"),
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
    "log ratio": Words("log ratio", "对数比"),
    "spearman's rho": Words("Spearman's rho", "Spearman ρ"),
    "cohen's h": Words("Cohen's h", "Cohen's h"),
    "cramér's v": Words("Cramér's V", "Cramér's V"),
    "relative change": Words("relative change", "相对变化"),
    "risk ratio": Words("risk ratio", "风险比"),
    "share": Words("share", "占比"),
    "share of change": Words("share of the change", "变化占比"),
}

METHODS: dict[str, Words] = {
    "majority": Words("always the largest class", "始终猜最大类"),
    "linear": Words("word counts (linear)", "词频线性模型"),
    "probe": Words("encoder with a trained head", "编码器加分类头"),
    "full": Words("fine-tuned encoder", "微调编码器"),
    "lora": Words("encoder with low-rank updates (LoRA)", "低秩更新 LoRA"),
    "contrastive": Words("fine-tuned encoder, taught by pairs of texts", "微调编码器（对比学习）"),
    "adalora": Words("encoder with adaptive low-rank updates (AdaLoRA)", "自适应低秩更新 AdaLoRA"),
    "adapter": Words("encoder with adapters", "编码器加适配器"),
}


def named(names: dict[str, Words], name: str, lang: Lang) -> str:
    """The name in `lang`; one that is not known stays as it is.

    >>> named(TESTS, "Mann–Kendall", "zh"), named(METHODS, "own", "zh")
    ('Mann–Kendall 趋势检验', 'own')
    """
    known = names.get(name.lower().replace("–", "-").replace("’", "'"))
    return known.at(lang) if known else name
