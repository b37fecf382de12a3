"""Silence for libraries that print, only while they work."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dongcha.core.settings import thread_count


@contextmanager
def quiet() -> Iterator[None]:
    """No progress bars, log lines or warnings of Transformers inside; everything is as before afterwards."""
    import huggingface_hub.utils
    import transformers

    log: Any = transformers.utils.logging  # their type hints are partial
    hub: Any = huggingface_hub.utils
    level, bars, hub_bars = log.get_verbosity(), log.is_progress_bar_enabled(), not hub.are_progress_bars_disabled()
    log.set_verbosity_error()
    log.disable_progress_bar()
    if hub_bars:
        hub.disable_progress_bars()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.set_verbosity(level)
        if bars:
            log.enable_progress_bar()
        if hub_bars:
            hub.enable_progress_bars()


@contextmanager
def steady(seed: int) -> Iterator[None]:
    """Torch with our number of threads and a seed inside; its state is as before afterwards."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(thread_count())
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            yield
    finally:
        torch.set_num_threads(threads)
