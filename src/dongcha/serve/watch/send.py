"""Send word of alerts to where a person reads: mail, chat, a webhook, by Apprise.

Addresses hold secrets, so a project names environment variables (`$OPS_CHAT`) and no message of ours shows an address.
"""

import logging
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dongcha.core.errors import ConfigError, MissingExtra
from dongcha.core.words import Lang, Words
from dongcha.store.alerts import Alert, Severity

_NAMED = re.compile(r"\$\{?(\w+)\}?")
TITLES: Mapping[Severity, Words] = {
    "info": Words("Dongcha: for information", "洞察：提示"),
    "warning": Words("Dongcha: warning", "洞察：警告"),
    "critical": Words("Dongcha: critical", "洞察：严重"),
}
MOST = 20
"""Alerts in one message; of more the message says how many."""


@dataclass(frozen=True, slots=True, repr=False)
class Addresses:
    """Where word goes to; shown by number, since an address is a secret."""

    urls: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.urls)

    def __repr__(self) -> str:
        return f"Addresses({len(self.urls)})"

    def send(self, alerts: Sequence[Alert], lang: Lang, link: str | None = None) -> bool:
        """Send one message about the alerts to every address; whether all of them took it."""
        if not self.urls or not alerts:
            return False
        apprise = _apprise()
        sender = apprise.Apprise()
        for url in self.urls:
            sender.add(url)
        worst = alerts[0].severity
        kinds = {"info": apprise.NotifyType.INFO, "warning": apprise.NotifyType.WARNING}
        kind = kinds.get(worst, apprise.NotifyType.FAILURE)
        return bool(sender.notify(title=TITLES[worst].at(lang), body=body(alerts, lang, link), notify_type=kind))


def addresses(given: Sequence[str], environment: Mapping[str, str] | None = None) -> Addresses:
    """The addresses of `[alerts] to`, variables filled in.

    Raises `ConfigError` that names the entry by its number for a variable that is not set or an address that no
    service of Apprise has.
    """
    known = os.environ if environment is None else environment
    filled = []
    for number, one in enumerate(given, 1):
        missing = [name for name in _NAMED.findall(one) if not known.get(name)]
        if missing:
            raise ConfigError(f"[alerts] to, entry {number}: the environment variable {missing[0]!r} is not set")
        filled.append(_NAMED.sub(lambda found: known[found[1]], one))
    for number, one in enumerate(filled, 1):
        if not _apprise().Apprise().add(one):
            raise ConfigError(
                f"[alerts] to, entry {number}: no service takes this address; see the list of Apprise for its form, "
                "such as mailto://, dingtalk://, feishu://, wecombot://, slack:// or json://"
            )
    return Addresses(tuple(filled))


def body(alerts: Sequence[Alert], lang: Lang, link: str | None = None) -> str:
    """One line an alert, and where its evidence is."""
    lines = [f"• {one.sentence.at(lang)}" for one in alerts[:MOST]]
    if len(alerts) > MOST:
        more = len(alerts) - MOST
        lines.append(Words(f"… and {more} more", f"……另有 {more} 条").at(lang))
    if link:
        lines.append(link)
    return "\n".join(lines)


def _apprise() -> Any:
    try:
        import apprise
    except ImportError as error:
        raise MissingExtra("sending alerts needs a package: pip install 'dongcha[alerts]'") from error
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # what it logs holds whole addresses
    return apprise
