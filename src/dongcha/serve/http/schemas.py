"""What clients send and get, as OpenAPI shows it."""

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

PRINTABLE = r"^ *[^\p{C}\p{Z}](?:[^\p{C}\p{Z}]| )*$"  # what `_plain` takes, for those who read the document


def _plain(text: str) -> str:
    if not text.isprintable() or not text.strip():
        raise ValueError("must be printable")
    return text


def _whole(value: object) -> object:
    """5.0 is 5: JSON knows one kind of number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_SHOWN = Field(json_schema_extra={"pattern": PRINTABLE})
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_plain), _SHOWN]
Person = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_plain), _SHOWN]
_INPUT: dict[str, Any] = {
    "anyOf": [
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}, "minItems": 1},
        {
            "type": "object", "properties": {"query": {"type": "string"}, "text": {"type": "string"}},
            "required": ["query", "text"], "additionalProperties": False,
        },
    ]
}  # fmt: skip
# A model says itself what it reads, in words that name the place; the document shows what some model may read.
Input = Annotated[JsonValue, WithJsonSchema(_INPUT)]
Said = Annotated[
    JsonValue,
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "array", "items": {"type": "string"}}]}),
]


def _either(many: str, one: str) -> dict[str, Any]:
    """JSON Schema for: exactly one of the two is there and is not null."""

    def there(name: str) -> dict[str, Any]:
        return {"required": [name], "properties": {name: {"not": {"type": "null"}}}}

    return {"oneOf": [there(many), there(one)]}


class Sent(BaseModel):
    """A body: unknown fields are refused, and so are numbers that are not finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class PredictIn(Sent):
    """Inputs to be answered: texts; or pairs, lists of words, files in base64, as the model reads them."""

    model_config = ConfigDict(json_schema_extra=_either("inputs", "input"))

    model: Name | None = Field(None, description="A model's name; may be left out where there is one only.")
    inputs: list[Input] | None = Field(None, min_length=1, description="Several inputs.")
    input: Input | None = Field(None, description="One input, instead of `inputs`.")
    top: Annotated[int, Field(ge=1, le=10_000), BeforeValidator(_whole)] | None = Field(
        None, description="Most scores of an answer."
    )

    @model_validator(mode="after")
    def _one_way(self) -> "PredictIn":
        if (self.inputs is None) == (self.input is None):
            raise ValueError("give inputs, or input")
        return self

    @property
    def given(self) -> list[Any]:
        """The inputs."""
        return self.inputs if self.inputs is not None else [self.input]


class FeedbackIn(Sent):
    """What a person says: the right label of a prediction, or of an input."""

    model_config = ConfigDict(json_schema_extra=_either("prediction_id", "input"))

    label: Said = Field(description="A class (a new one too), a list of labels or tags, or a number.")
    by: Person = Field(description="Who says it.")
    prediction_id: Name | None = Field(None, description="The prediction that is corrected.")
    input: Input | None = Field(None, description="The input, where there is no prediction.")
    model: Name | None = Field(None, description="The model that reads the input; needed where there are several.")

    @model_validator(mode="after")
    def _one_way(self) -> "FeedbackIn":
        if (self.prediction_id is None) == (self.input is None):
            raise ValueError("give prediction_id, or input")
        return self


class PromoteIn(Sent):
    """A version that an alias is to point at."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1), BeforeValidator(_whole)]
    by: Person
    alias: Name = "champion"
    reason: Annotated[str, StringConstraints(max_length=1000)] = ""


class RollbackIn(Sent):
    """An alias that is to point where it pointed before."""

    by: Person
    alias: Name = "champion"
    reason: Annotated[str, StringConstraints(max_length=1000)] = ""


class PredictionOut(BaseModel):
    """One answer."""

    id: str
    label: Any
    score: float | None
    scores: Any


class PredictOut(BaseModel):
    """The answers, in the order of the inputs."""

    model: str
    version: int
    predictions: list[PredictionOut]


class FeedbackOut(BaseModel):
    """Feedback that is on the disk."""

    number: int
    model: str
    new: bool
    new_class: bool
    contradicts: list[int]


class WrongOut(BaseModel):
    """One fault of a body."""

    place: str
    problem: str


class ProblemOut(BaseModel):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[WrongOut] = Field(default_factory=list, description="What is wrong with a body, by place.")
