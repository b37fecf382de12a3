"""Whether a challenger is better, asked as often as wanted: an e-process on the inputs that only one of two gets right.

Under the hypothesis that the challenger is no better, each such input falls to it with probability at most 1/2,
whatever came before.  For every p above 1/2 the likelihood ratio (2p)^won (2(1-p))^lost is then a nonnegative
supermartingale: the wealth of one who bets on the challenger.  So is its mean over p uniform on (1/2, 1), Robbins'
method of mixtures (1970), in closed form.  By Ville's inequality it ever reaches 1/α with probability at most α,
however often and whenever it is looked at (Ramdas, Grünwald, Vovk, Shafer 2023: e-processes and anytime-valid
inference; betting as in Waudby-Smith and Ramdas 2024).
"""

import math


def log_wealth(won: int, lost: int) -> float:
    """The logarithm of the e-process after so many inputs that one alone got right; 0 at the start.

    Raises `ValueError` for a negative count.

    >>> round(math.exp(log_wealth(10, 0)), 1)
    186.1
    """
    from scipy.special import betaln
    from scipy.stats import beta

    if min(won, lost) < 0:
        raise ValueError(f"counts are 0 or more, got {won} and {lost}")
    rows = won + lost + 1
    tail = float(beta.logsf(0.5, won + 1, lost + 1))  # that of a binomial at most `won` of `rows`
    if not math.isfinite(tail):  # below what a float holds: its largest term, which is the less of wealth
        tail = -math.log(rows + 1) - float(betaln(won + 1, rows - won + 1)) - rows * math.log(2.0)
    return rows * math.log(2.0) + float(betaln(won + 1, lost + 1)) + tail


def progress(won: int, lost: int, level: float) -> float:
    """How far the way to a decision at `level` is gone, in logarithms: 0 at the start or below, 1 where it is reached.

    >>> progress(0, 0, 0.05), progress(20, 0, 0.05)
    (0.0, 1.0)
    """
    return min(1.0, max(0.0, log_wealth(won, lost) / -math.log(level)))
