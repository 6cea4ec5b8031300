"""What is measured on a run: metrics by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import ConfigDict, Field, RootModel, StringConstraints, model_validator

from grokscope.metrics.declared import MetricDeclaration, MetricSettings
from grokscope.metrics.registry import METRICS

if TYPE_CHECKING:
    AnyMetric = MetricSettings
else:
    AnyMetric = Annotated[Union[tuple(metric.settings for metric in METRICS.values())], Field(discriminator="metric")]  # noqa: UP007
    """The settings of any metric, told apart by `metric`."""

MetricName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
METRIC_NAMES: tuple[str, ...] = tuple(METRICS)


class MetricsSettings(RootModel[dict[MetricName, AnyMetric]]):
    """The metrics of a run by the name of their table; one that is absent or null is not measured.

    A metric may be measured several times, with other settings: then a name is free and `metric` says which metric it
    is.
    """

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        kept = {
            name: {"metric": name, **value} if isinstance(value, dict) else value
            for name, value in given.items()
            if value is not None
        }
        for name, value in kept.items():
            if isinstance(value, dict) and value["metric"] not in METRICS:
                raise ValueError(f"{name}: unknown metric {value['metric']}; known are {', '.join(METRICS)}")
        return kept

    @model_validator(mode="after")
    def _some(self) -> MetricsSettings:
        if not self.root:
            raise ValueError("no metric is named")
        for name, settings in self.root.items():
            if name in METRICS and settings.metric != name:
                raise ValueError(f"{name} is the name of a metric and cannot stand for {settings.metric}")
        return self

    def names(self) -> list[str]:
        """Names of what is measured: metrics in the order of the registry, each followed by its named instances."""
        order = list(METRICS)
        return sorted(
            self.root, key=lambda name: (order.index(self.root[name].metric), name != self.root[name].metric, name)
        )

    def __getitem__(self, name: str) -> MetricSettings:
        return self.root[name]

    def __contains__(self, name: str) -> bool:
        return name in self.root

    def items_in_order(self) -> Iterator[tuple[str, MetricSettings, MetricDeclaration]]:
        """Name, settings and declaration of what is measured."""
        for name in self.names():
            yield name, self.root[name], METRICS[self.root[name].metric]

    def as_dict(self, names: set[str] | None = None) -> dict[str, Any]:
        """Plain values of all or some metrics, in order."""
        return {
            name: self.root[name].model_dump(mode="json") for name in self.names() if names is None or name in names
        }


def metric_settings(name: str, values: dict[str, Any]) -> MetricSettings:
    """Validated settings of one metric that is measured under `name`."""
    return MetricsSettings.model_validate({name: values})[name]
