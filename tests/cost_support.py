"""For the tests of costs: networks and metrics of every kind, small."""

from __future__ import annotations

from grokscope.config.metric_settings import MetricsSettings
from grokscope.config.run_settings import RunSettings
from grokscope.cost.measure import MetricTime, TrainingTime
from grokscope.cost.shapes import metric_shape, training_shape
from grokscope.cost.timings import Times
from grokscope.cost.work import BlockWork, MetricWork
from grokscope.metrics.declared import MetricDeclaration
from grokscope.metrics.registry import METRICS as REGISTRY
from training_support import small_settings

CNN = {"kind": "cnn", "depth": 3, "width": 4, "dense_width": 5, "batch_norm": True}
METRICS = MetricsSettings.model_validate(
    {
        "accuracy": {},
        "weight_norm": {},
        "spectra": {"at_most": 3},
        "probes": {},
        "local_complexity": {"radii": [0.05], "directions": 4, "points": {"train": 30, "test": 30, "random": 0}},
        "loss": {},
        "adversarial": {"epsilons": [0.1, 0.2], "steps": 5, "points": 30, "starts": ["none", "random"]},
        "attack_suite": {"epsilons": [0.1, 0.2], "points": 20, "steps": 5, "queries": 10},
        "logit_geometry": {"points": 30},
        "partition": {"through": {}, "picture_pixels": 20},
    }
)
FEW = {"train": 6, "test": 0, "random": 0}


def needs_settings(metric: MetricDeclaration) -> bool:
    """Whether it has a setting without a default, so that a small value has to be chosen for it here."""
    return any(field.is_required() for field in metric.settings.model_fields.values())


EVERY_METRIC = MetricsSettings.model_validate(
    {name: {} for name, metric in REGISTRY.items() if not needs_settings(metric)}
    | METRICS.model_dump()
    | {
        "adversarial_train": {"epsilons": [0.1], "steps": 5, "points": 20},
        "exact_complexity": {"radii": [0.05], "directions": [2], "points": FEW},
        "frame_deformation": {"radii": [0.05], "directions": 4, "points": FEW},
        "frame_rounding": {"radii": [0.05], "directions": 13, "points": FEW},
        "complexity_over_shift": {"radii": [5.0], "directions": [4], "shifts": 5},
        "complexity_by_directions": {"radii": [0.05], "directions": [2, 4], "points": FEW},
        "region_counts": {"half_widths": [0.05], "points": FEW},
        "complexity_map": {"radii": [0.5], "grid": 8},
        "margins": {"points": 20},
        "apgd": {"epsilons": [0.1], "steps": 5, "points": 20},
        "input_gradients": {"points": 20},
        "logit_scale": {"factors": [1, 10], "epsilons": [0.1], "steps": 5, "points": 20},
        "embedding_complexity": {"radii": [0.1], "relative_radii": [0.01], "directions": 4, "points": FEW},
        "embedding_attack": {"epsilons": [0.1], "relative_epsilons": [0.5], "steps": 5, "points": 10},
        "embedding_map": {"radius": 0.1, "directions": 4, "grid": 8, "maps_at": [0, 6]},
    }
)
"""Every metric there is, also those for other networks and tasks. One that needs no settings is here by itself."""


def typed(settings: RunSettings, dtype: str) -> RunSettings:
    return RunSettings.model_validate(
        {**settings.model_dump(), "training": {**settings.training.model_dump(), "dtype": dtype}}
    )


def made_up() -> tuple[BlockWork, Times]:
    """A block of two seeds with half its training and one metric of two left, and the times of it."""
    settings = small_settings()
    accuracy, weight_norm = METRICS["accuracy"], METRICS["weight_norm"]
    block = BlockWork(
        "run", settings, 2, 22, 4, {"accuracy": MetricWork(accuracy, 6), "weight_norm": MetricWork(weight_norm, 0)}
    )
    times = Times(
        start_seconds=3.0,
        training={training_shape(settings, 2): TrainingTime(step_seconds=0.5, save_seconds=0.25, state_bytes=1000)},
        metrics={
            metric_shape(accuracy, settings, 2): MetricTime(
                setup_seconds=1.0, checkpoint_seconds=2.0, checkpoint_values=8
            )
        },
    )
    return block, times
