"""A client of the service, for Python programs.

Answers are asked for again when the service is busy or away; feedback is sent with a key of its own, so that sending it
again stores it once.
"""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

from dongcha.core.errors import ConfigError, DataError, DongchaError, MissingExtra, UnknownName

if TYPE_CHECKING:
    import httpx

AGAIN = frozenset({408, 429, 502, 503, 504})
MOST_WAIT_S = 30.0


class ServiceError(DongchaError):
    """The service could not be reached, or could not do it at the moment, however often it was asked."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """One answer; `input` is what was asked, so that it can be corrected even where the service lost the id."""

    id: str
    label: Any
    score: float | None
    scores: Any
    model: str
    version: int
    input: Any = field(repr=False)


class Client:
    """A service at `address`, such as `http://127.0.0.1:8000`; close it, or use it in a `with`.

    Raises `UnknownName` for what is not there, `DataError` for an input or label that cannot be one, `ConfigError` for
    a conflict or a token that does not allow it, `ServiceError` where `tries` tries found the service away or busy.
    """

    def __init__(
        self, address: str, *, token: str | None = None, tries: int = 5, timeout_s: float = 60.0,
        transport: "httpx.BaseTransport | None" = None,
    ) -> None:  # fmt: skip
        try:
            import httpx
        except ModuleNotFoundError as error:
            raise MissingExtra('the client needs httpx: pip install "dongcha[serve]"') from error
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        self._tries = max(1, tries)
        self._failures: tuple[type[Exception], ...] = (httpx.TransportError,)
        # What a machine's proxy settings say is not for the service: data must not take a way around.
        self._http = httpx.Client(
            base_url=address, headers=headers, timeout=timeout_s, transport=transport, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def predict(self, inputs: Sequence[Any], *, model: str | None = None) -> list[Prediction]:
        """One answer an input, in order."""
        if not inputs:
            return []
        found = self._asked("POST", "/v1/predict", _given(model=model, inputs=list(inputs)))
        model_name, version = found["model"], found["version"]
        return [
            Prediction(one["id"], one["label"], one["score"], one["scores"], model_name, version, given)
            for one, given in zip(found["predictions"], inputs, strict=True)
        ]

    def correct(self, prediction: "Prediction | str", label: Any, *, by: str) -> dict[str, Any]:
        """Say what the right label of a prediction is; durable when this returns.

        A prediction that the service has lost is corrected by its input.
        """
        key = secrets.token_hex(16)
        id = prediction if isinstance(prediction, str) else prediction.id
        try:
            return self._asked("POST", "/v1/feedback", _given(prediction_id=id, label=label, by=by), key)
        except UnknownName:
            if isinstance(prediction, str):
                raise
        told = _given(input=prediction.input, model=prediction.model, label=label, by=by)
        return self._asked("POST", "/v1/feedback", told, key)

    def label(self, input: Any, label: Any, *, by: str, model: str | None = None) -> dict[str, Any]:
        """Say what the label of an input is; durable when this returns."""
        told = _given(input=input, model=model, label=label, by=by)
        return self._asked("POST", "/v1/feedback", told, secrets.token_hex(16))

    def models(self) -> list[dict[str, Any]]:
        """Models with their versions and aliases."""
        return cast("list[dict[str, Any]]", self._asked("GET", "/v1/models")["models"])

    def promote(
        self, model: str, version: int, *, by: str, alias: str = "champion", reason: str = ""
    ) -> dict[str, Any]:
        """Point an alias at a version."""
        told = {"version": version, "by": by, "alias": alias, "reason": reason}
        return self._asked("POST", f"/v1/models/{_quoted(model)}/promote", told)

    def rollback(self, model: str, *, by: str, alias: str = "champion", reason: str = "") -> dict[str, Any]:
        """Point an alias where it pointed before; not tried again, because twice would be two steps."""
        told = {"by": by, "alias": alias, "reason": reason}
        return self._asked("POST", f"/v1/models/{_quoted(model)}/rollback", told, tries=1)

    def events(self, after: int = 0, *, kind: str | None = None) -> list[dict[str, Any]]:
        """What happened after an event's number, oldest first."""
        which = "" if kind is None else f"&kind={_quoted(kind)}"
        return cast("list[dict[str, Any]]", self._asked("GET", f"/v1/events?after={after}{which}")["events"])

    def insights(self) -> dict[str, Any]:
        """The latest findings of the project."""
        return self._asked("GET", "/v1/insights")

    def _asked(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, key: str | None = None,
        *, tries: int | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        headers = {} if key is None else {"idempotency-key": key}
        wait_s, why = 0.2, ""
        most = tries or self._tries
        for left in range(most - 1, -1, -1):
            try:
                answer = self._http.request(method, path, json=body, headers=headers)
            except self._failures as error:
                why = f"it cannot be reached ({type(error).__name__})"
            else:
                if answer.status_code not in AGAIN:
                    return _checked(answer)
                why = _detail(answer)
                wait_s = max(wait_s, _after(answer))
            if left:
                time.sleep(min(wait_s * (1 + secrets.randbelow(100) / 400), MOST_WAIT_S))
                wait_s *= 2
        raise ServiceError(f"the service did not do it after {most} tries: {why}; look at its log or try later")


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _checked(answer: "httpx.Response") -> dict[str, Any]:
    if answer.is_success:
        return cast("dict[str, Any]", answer.json())
    kinds: dict[int, type[DongchaError]] = {
        404: UnknownName, 422: DataError, 400: DataError, 413: DataError, 409: ConfigError, 401: ConfigError,
        403: ConfigError,
    }  # fmt: skip
    raise kinds.get(answer.status_code, ServiceError)(_detail(answer))


def _detail(answer: "httpx.Response") -> str:
    try:
        found = answer.json()
    except ValueError:
        found = None
    told = found if isinstance(found, dict) else {}
    return f"{told.get('title', answer.reason_phrase)}: {told.get('detail', answer.status_code)}"


def _after(answer: "httpx.Response") -> float:
    said = answer.headers.get("retry-after", "")
    return float(said) if said.isdigit() else 0.0


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")
