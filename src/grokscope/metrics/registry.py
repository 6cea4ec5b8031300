"""The metrics; a new one is a folder and a line in METRICS. Imports no torch and no pandas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from grokscope.metrics.accuracy.declaration import ACCURACY
from grokscope.metrics.adversarial.declaration import ADVERSARIAL
from grokscope.metrics.adversarial_train.declaration import ADVERSARIAL_TRAIN
from grokscope.metrics.apgd.declaration import APGD
from grokscope.metrics.attack_suite.declaration import ATTACK_SUITE
from grokscope.metrics.complexity_by_directions.declaration import COMPLEXITY_BY_DIRECTIONS
from grokscope.metrics.complexity_map.declaration import COMPLEXITY_MAP
from grokscope.metrics.complexity_over_shift.declaration import COMPLEXITY_OVER_SHIFT
from grokscope.metrics.declared import ColumnType, MetricDeclaration, MetricSettings
from grokscope.metrics.declared_curves import CurveDeclaration
from grokscope.metrics.embedding_attack.declaration import EMBEDDING_ATTACK
from grokscope.metrics.embedding_complexity.declaration import EMBEDDING_COMPLEXITY
from grokscope.metrics.embedding_map.declaration import EMBEDDING_MAP
from grokscope.metrics.exact_complexity.declaration import EXACT_COMPLEXITY
from grokscope.metrics.frame_deformation.declaration import FRAME_DEFORMATION
from grokscope.metrics.frame_rounding.declaration import FRAME_ROUNDING
from grokscope.metrics.input_gradients.declaration import INPUT_GRADIENTS
from grokscope.metrics.local_complexity.declaration import LOCAL_COMPLEXITY
from grokscope.metrics.logit_geometry.declaration import LOGIT_GEOMETRY
from grokscope.metrics.logit_scale.declaration import LOGIT_SCALE
from grokscope.metrics.loss.declaration import LOSS
from grokscope.metrics.margins.declaration import MARGINS
from grokscope.metrics.neural_collapse.declaration import NEURAL_COLLAPSE
from grokscope.metrics.partition.declaration import PARTITION
from grokscope.metrics.probes.declaration import PROBES
from grokscope.metrics.region_counts.declaration import REGION_COUNTS
from grokscope.metrics.regions_by_side.declaration import REGIONS_BY_SIDE
from grokscope.metrics.spectra.declaration import SPECTRA
from grokscope.metrics.weight_norm.declaration import WEIGHT_NORM
from grokscope.metrics.zero_loss.declaration import ZERO_LOSS


class Metrics(dict[str, MetricDeclaration]):
    """Metrics by name. One that another module measures on models of a kind may be asked for as `name@kind`, too."""

    def __missing__(self, key: str) -> MetricDeclaration:
        name, _, kind = key.partition("@")
        if not kind or name not in self:
            raise KeyError(key)
        return self[name].on(kind)


METRICS = Metrics(
    (metric.name, metric)
    for metric in (
        ACCURACY,
        LOSS,
        WEIGHT_NORM,
        SPECTRA,
        PROBES,
        LOCAL_COMPLEXITY,
        ADVERSARIAL,
        ATTACK_SUITE,
        LOGIT_GEOMETRY,
        PARTITION,
        EXACT_COMPLEXITY,
        FRAME_DEFORMATION,
        FRAME_ROUNDING,
        NEURAL_COLLAPSE,
        COMPLEXITY_OVER_SHIFT,
        COMPLEXITY_BY_DIRECTIONS,
        REGION_COUNTS,
        REGIONS_BY_SIDE,
        COMPLEXITY_MAP,
        ADVERSARIAL_TRAIN,
        MARGINS,
        APGD,
        INPUT_GRADIENTS,
        ZERO_LOSS,
        LOGIT_SCALE,
        EMBEDDING_COMPLEXITY,
        EMBEDDING_ATTACK,
        EMBEDDING_MAP,
    )
)
"""In the order in which tables, cards and pages show them."""

Settings = TypeVar("Settings", bound=MetricSettings)


def measured_on(settings: Settings, kind: str) -> Settings:
    """`settings` as the jobs that measure get them: they name the metric as it is measured on models of a kind."""
    if kind not in METRICS[settings.metric].measured_by:
        return settings
    return settings.model_copy(update={"metric": f"{settings.metric}@{kind}"})


RANK_COLUMNS: Mapping[str, ColumnType] = SPECTRA.derived["rank"]
"""Columns of the table `rank`, which is derived from spectra, after run, seed and step."""

CURVES: dict[str, CurveDeclaration] = {curve.name: curve for metric in METRICS.values() for curve in metric.curves}
"""Every curve that figures and claims may name."""

METRIC_OF: dict[str, str] = {curve.name: metric.name for metric in METRICS.values() for curve in metric.curves}
"""Name of a curve -> the metric that it is read from."""

if len(CURVES) < sum(len(metric.curves) for metric in METRICS.values()):
    raise ValueError("two curves of metrics have the same name")


def table_of(curve: str) -> str:
    """Name of the table that a curve is read from."""
    return CURVES[curve].table or METRIC_OF[curve]
