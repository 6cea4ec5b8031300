"""Where experiments stand: the file and key of each part, so that a message names the right file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["sweeps", "figures", "claims"]
Key = tuple[str, ...]
_ABSENT = object()


@dataclass(frozen=True)
class Source:
    """Files of the experiments of one paper: `file` has what holds for all of them."""

    file: str
    places: Mapping[tuple[Kind, str], tuple[str, str]] = field(default_factory=dict)
    """File and key of those sweeps, figures and claims that stand elsewhere."""

    def file_of(self, kind: Kind, name: str) -> str:
        """The file in which a sweep, figure or claim stands."""
        return self.places.get((kind, name), (self.file, ""))[0]

    def place(self, kind: Kind, name: str) -> str:
        """File and key, such as `experiments/deep_grokking/fig2.yaml: figure`."""
        file, key = self.places.get((kind, name), (self.file, f"{kind}.{name}"))
        return f"{file}: {key}"


@dataclass(frozen=True)
class Layer:
    """Settings that stand in one place; later layers replace what earlier ones say."""

    place: str
    values: Mapping[str, Any]
    axis: bool = False
    """Whether the values are those of an axis, which names its setting beside them."""

    def says(self, key: Key) -> bool:
        """Whether this layer gives the setting `key` a value."""
        value = self._found(key)
        return value is not _ABSENT and not isinstance(value, Mapping)

    def opens(self, key: Key) -> bool:
        """Whether this layer gives a setting below `key` a value."""
        return isinstance(self._found(key), Mapping)

    def _found(self, key: Key) -> Any:
        value: Any = self.values
        for name in key:
            if not isinstance(value, Mapping):
                return value  # a whole section was given one value
            if name not in value:
                return _ABSENT
            value = value[name]
        return value

    def name(self, key: Key) -> str:
        """File and key of a setting in this layer."""
        return f"{self.place}: {'.'.join(key)}" if self.axis else f"{self.place}.{'.'.join(key)}"


@dataclass(frozen=True)
class Layers:
    """All settings that make up a run, and the place of the sweep that it belongs to."""

    sweep: str
    layers: Sequence[Layer]

    def place(self, key: Key) -> str:
        """File and key where the setting got its value; the sweep's place and the key where none gave it one."""
        found = next((layer.name(key) for layer in reversed(self.layers) if key and layer.says(key)), None)
        return found or ": ".join(filter(None, (self.sweep, ".".join(key))))

    def file_and_section(self, complaint: str) -> str:
        """The place of the setting that a complaint begins with, without the setting itself."""
        key = tuple(complaint.split(maxsplit=1)[0].rstrip(":").split("."))
        found = [layer for layer in reversed(self.layers) if layer.says(key)] or [
            layer for layer in self.layers if layer.opens(key)
        ]
        return found[0].place if found else self.sweep

    def below(self, section: str) -> Callable[[Key], str]:
        """As `place`, of keys that stand in a section."""
        return lambda key: self.place((section, *key))
