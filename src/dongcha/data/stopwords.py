"""Words that no phrase is about: stop words, English and Chinese, and the words that may begin a phrase."""


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


STOP = _listed("""
    a about above actually after again against ago all almost already also although always am among an and another
    any anyone anything anyway are aren't arent around as ask asked asking at away back be became because become
    been before began behind being below besides between both but by came can can't cannot cant come comes coming
    could couldn't couldnt did didn't didnt do does doesn't doesnt doing don't done dont down due during each
    either else etc even ever every everyone everything few find first for found from further gave get gets getting
    give given gives giving go goes going gone gonna got gotten had hadn't hadnt has hasn't hasnt have haven't
    havent having he he's her here hers herself him himself his how however i i'd i'll i'm i've if im in instead
    into is isn't isnt it it's its itself ive just keep keeps kept kind knew know known last least left less let
    like look looked lot made make makes making many may maybe me might mine more most much must my myself near
    need needed needs next now of off often ok okay on once one ones only onto or other others otherwise our ours
    ourselves out over own per perhaps please put quite rather really said same saw say saying says see seem seemed
    seems seen several shall she should shouldn't shouldnt since so some somebody someone something sometimes soon
    still stuff such sure take taken takes taking tell tells than that that's thats the their theirs them
    themselves then there there's therefore these they they're thing things think this those though thought through
    thru thus till to today together told too took toward towards tried try trying two three under until up upon us
    use used using very via want wanted wants was wasn't wasnt way we we'll we're we've well went were weren't
    werent what when where whether which while who whom whose why will with within would wouldn't wouldnt yes yet
    you you'd you'll you're you've your yours yourself yourselves without won't wont none nor hi hello dear sir
    madam mr mrs ms new good great best better bad nice mean able later day days bit right redacted removed http
    https www com quot amp br nbsp
""")
"""May stand inside an English phrase, but neither begin nor end it."""

OPENERS = _listed("no not never")
"""May begin a phrase ("no response"), but neither end it nor stand alone."""

HAN_STOP = _listed("""
    的 了 是 我 你 他 她 它 们 我们 你们 他们 自己 大家 在 和 与 及 或 而 且 但 但是 可 可是 不过 就 就是 都 也 还
    还是 又 再 才 只 只是 只有 只能 这 那 这个 那个 这样 那样 这么 那么 这里 那里 这些 那些 这次 此 其 其他 其它 某
    每 各 个 种 次 些 一 一个 一些 一下 一点 一点儿 一样 一般 一直 一次 一种 有 有点 有些 有的 会 能 可以 要 想 让
    把 被 给 对 对于 从 到 向 往 为 为了 为什么 因 因为 所以 由于 如果 如 虽然 然后 而且 并 并且 以 以及 以后 以前
    之 之后 之前 于 由 等 等等 来 去 上 下 里 中 前 后 内 外 时 时候 现在 今天 已 已经 正在 刚 刚刚 过 着 得 地 吧
    吗 呢 啊 哦 呀 嘛 哈 哈哈 啦 呵呵 哎 唉 嗯 什么 怎么 怎样 如何 哪 哪里 谁 多少 几 说 看 看到 看看 觉得 感觉
    知道 认为 发现 使用 用 做 买 作 当 同 跟 比 比较 像 好像 可能 应该 还有 还要 还会 没什么 之类 起来 出来 下来
    过来 进去 这种 那种 真的 真 真是 确实 其实 总之 总体 总的来说 所有 全部 任何 其中 另外 另 包括 左右 大概 大约
    差不多 基本 基本上 完全 特别 尤其 居然 竟然 结果 最后 最近 后来 开始 而已 罢了 的话 来说 来讲 地方 东西 问题
    方面 情况 人 年 月 日 天 号 元 块 点 件 本 家 部 张 条 套 间 位 一般般 不是 不会 不能 不要 不知 不知道 呃 额
    嘿嘿
""")
"""Part Chinese phrases: none runs across one."""

HAN_OPENERS = _listed("不 没 没有 无 未 很 太 非常 不太 不够 较 挺 更 最 十分 超")
"""May begin a Chinese phrase ("太小"), but neither end it nor stand alone."""
