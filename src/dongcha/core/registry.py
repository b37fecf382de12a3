"""One small registry for all kinds of parts; ours come in by the same door as a guest's."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from dongcha.core.checks import known
from dongcha.core.errors import ConfigError

T = TypeVar("T")


class Registry(Generic[T]):
    """Names to parts of one kind.

    >>> rules: Registry[object] = Registry("rule")
    >>> rules("html")(object) is object
    True
    >>> list(rules)
    ['html']
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._items: dict[str, T] = {}

    def __call__(self, name: str) -> Callable[[T], T]:
        """Register the decorated part under `name`; a name that is taken raises `ConfigError`."""

        def add(item: T) -> T:
            if name in self._items:
                raise ConfigError(f"{self.kind} {name!r} is already registered")
            self._items[name] = item
            return item

        return add

    def get(self, name: str) -> T:
        """The part called `name`; raises `UnknownName` with the nearest name."""
        return self._items[known(self.kind, name, self._items)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)
