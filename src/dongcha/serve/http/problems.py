"""Problem documents (RFC 9457): what every error is answered with.

They name the kind of the problem and the place in the request, never a value that was sent, a path or a traceback.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import Response

from dongcha.core.words import Lang, Words

MEDIA = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem."""

    status: int
    title: Words


KINDS: dict[str, Kind] = {
    "bad-request": Kind(400, Words("The request is not valid", "请求无效")),
    "bad-json": Kind(400, Words("The body is not valid JSON", "请求体不是有效的 JSON")),
    "unauthorized": Kind(401, Words("A valid token is needed", "需要有效的令牌")),
    "forbidden": Kind(403, Words("The token does not allow this", "令牌无此权限")),
    "not-found": Kind(404, Words("There is no such thing", "不存在")),
    "method-not-allowed": Kind(405, Words("The method is not allowed here", "此处不允许该方法")),
    "timeout": Kind(408, Words("The request came too slowly", "请求发送过慢")),
    "conflict": Kind(409, Words("The request conflicts with what is there", "请求与现状冲突")),
    "too-large": Kind(413, Words("The body is too large", "请求体过大")),
    "media-type": Kind(415, Words("The body must be JSON", "请求体必须是 JSON")),
    "misdirected": Kind(421, Words("This host is not served here", "此处不提供该主机的服务")),
    "unprocessable": Kind(422, Words("The request cannot be understood", "无法理解该请求")),
    "rate-limited": Kind(429, Words("Too many requests", "请求过多")),
    "queue-full": Kind(429, Words("The model has too much to do", "模型任务过多")),
    "internal": Kind(500, Words("Something went wrong here", "服务内部出错")),
    "storage": Kind(503, Words("The state cannot be used at the moment", "暂时无法读写状态")),
    "stopping": Kind(503, Words("The service is stopping", "服务正在停止")),
    "deadline": Kind(504, Words("The answer took too long", "作答超时")),
}
BY_STATUS = {400: "bad-request", 401: "unauthorized", 403: "forbidden", 404: "not-found", 405: "method-not-allowed"}


class Problem(Exception):
    """A request that is answered with a problem document."""

    def __init__(
        self, kind: str, detail: Words | None = None, *, headers: Mapping[str, str] | None = None,
        errors: Sequence[Mapping[str, str]] = (),
    ) -> None:  # fmt: skip
        super().__init__("" if detail is None else detail.en)
        self.kind, self.detail, self.headers, self.errors = kind, detail, dict(headers or {}), list(errors)

    @property
    def status(self) -> int:
        """The status of the answer."""
        return KINDS[self.kind].status

    def document(self, request_id: str, lang: Lang = "en") -> bytes:
        """The document as JSON."""
        kind = KINDS[self.kind]
        told: dict[str, object] = {
            "type": f"urn:dongcha:problem:{self.kind}", "title": kind.title.at(lang), "status": kind.status,
            "detail": self._detail(kind).at(lang), "instance": f"urn:dongcha:request:{request_id}",
        }  # fmt: skip
        if self.errors:
            told["errors"] = self.errors
        return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")

    def _detail(self, kind: Kind) -> Words:
        """What was said of this one, else of its kind."""
        return self.detail or Words(HTTPStatus(kind.status).phrase, kind.title.zh)

    def response(self, request_id: str, lang: Lang = "en") -> Response:
        """The answer."""
        headers = {**self.headers, "content-language": lang}
        return Response(self.document(request_id, lang), self.status, headers, MEDIA)
