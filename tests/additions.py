"""Additions of every kind, made in a copy of the package, and what says that each of them is known there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) >= 1, f"{path.name}: {old}"
    path.write_text(text.replace(old, new, 1))


def add_model(package: Path) -> None:
    shutil.copytree(package / "models/mlp", package / "models/plain")
    change(package / "models/plain/declaration.py", 'Literal["mlp"]', 'Literal["plain"]')
    change(package / "models/plain/declaration.py", 'MLP = ModelDeclaration("mlp"', 'PLAIN = ModelDeclaration("plain"')
    change(package / "models/registry.py", "        CNN,\n", "        CNN,\n        PLAIN,\n")
    change(
        package / "models/registry.py", "\nMODELS", "\nfrom grokscope.models.plain.declaration import PLAIN\n\nMODELS"
    )


def add_data_set(package: Path) -> None:
    entry = (
        'DatasetInfo("mine", (1, 8, 8), 4, 500, 100, (0.5,), (0.2,), (0.2,), {"train_images": "a", "train_labels":'
        ' "b"}, "idx", 100),'
    )
    change(package / "data/catalogue.py", "    for info in (\n", f"    for info in (\n        {entry}\n")


def add_task(package: Path) -> None:
    """One whose data are made, with a setting of its own."""
    shutil.copytree(package / "data/regression_toy", package / "data/waves")
    for module in ("declaration", "make"):
        path = package / "data/waves" / f"{module}.py"
        path.write_text(path.read_text().replace("regression_toy", "waves").replace("REGRESSION_TOY", "WAVES"))
    change(package / "data/waves/declaration.py", "    draw: int", "    waves: int = 3\n    draw: int")
    change(package / "data/registry.py", "        REGRESSION_TOY,\n", "        REGRESSION_TOY,\n        WAVES,\n")
    change(
        package / "data/registry.py",
        "from grokscope.errors",
        "from grokscope.data.waves.declaration import WAVES\nfrom grokscope.errors",
    )


def add_training_part(package: Path, folder: str, copied: str, name: str) -> None:
    shutil.copy(package / f"training/{folder}/{copied}.py", package / f"training/{folder}/{name}.py")
    table = f"{folder.upper()} = {{\n"
    module = f"grokscope.training.{folder}.{name}"
    entry = f'Loss("{module}")' if folder == "losses" else f'"{module}"'
    line = f'    "{name}": {entry},\n'
    change(package / "training/registry.py", table, table + line)


def add_metric(package: Path) -> None:
    shutil.copytree(package / "metrics/weight_norm", package / "metrics/sharpness")
    change(
        package / "metrics/sharpness/declaration.py",
        'Literal["weight_norm"] = "weight_norm"',
        'Literal["sharpness"] = "sharpness"',
    )
    for _ in range(3):  # of the metric, its curve and its chart
        change(package / "metrics/sharpness/declaration.py", 'name="weight_norm"', 'name="sharpness"')
    change(package / "metrics/sharpness/declaration.py", "WEIGHT_NORM = ", "SHARPNESS = ")
    change(package / "metrics/registry.py", "        ADVERSARIAL,\n", "        ADVERSARIAL,\n        SHARPNESS,\n")
    change(
        package / "metrics/registry.py",
        "\nMETRICS",
        "\nfrom grokscope.metrics.sharpness.declaration import SHARPNESS\n\nMETRICS",
    )


def setting_of(path: str, before: str) -> Callable[[Path], None]:
    """A setting with a default, before an existing line of a settings class."""

    def add(package: Path) -> None:
        change(package / path, before, f"    added: float = 0.5\n{before}")

    return add


def add_detector(package: Path) -> None:
    change(
        package / "analysis/sensitivity.py",
        '    "onset_share"',
        '    # another threshold may stand here\n    "onset_share"',
    )
    setting_of("config/detector_settings.py", "    smoothing_decades: float")(package)


def add_to_analysis(package: Path, folder: str, copied: str, name: str, table: str, entry: str) -> None:
    """A module beside another one, and its entry at the head of the table in the declarations."""
    shutil.copy(package / f"analysis/{folder}/{copied}.py", package / f"analysis/{folder}/{name}.py")
    change(package / f"analysis/declarations/{folder}.py", table, f'{table}    "{name}": {entry},\n')


def add_coordinate(package: Path) -> None:
    """Of the setting of a model that is added here, too: one of a setting that claims compare would count anew."""
    change(
        package / "analysis/declarations/coordinates.py",
        '    "model.blocks": Coordinate(',
        '    "model.added": Coordinate("doublings", "doubling of what is added"),\n    "model.blocks": Coordinate(',
    )


def add_figure_kind(package: Path) -> None:
    shutil.copytree(package / "figures/kinds/tunnels", package / "figures/kinds/mosaics")
    kind = "    mosaics: Tunnels | None = Field(default=None, exclude_if=lambda value: value is None)\n"
    change(package / "config/drawing.py", "    tunnels: Tunnels | None", f"{kind}    tunnels: Tunnels | None")


def add_run_setting(package: Path) -> None:
    change(package / "config/user.py", "    device: Literal", "    patience: int = 3\n    device: Literal")


ADDITIONS: dict[str, Callable[[Path], None]] = {
    "model": add_model,
    "data set": add_data_set,
    "task": add_task,
    "setting of data": setting_of("data/declared.py", "    test_size: Positive | None"),
    "loss": partial(add_training_part, folder="losses", copied="mse", name="hinge"),
    "optimiser": partial(add_training_part, folder="optimisers", copied="sgd", name="lion"),
    "metric": add_metric,
    "setting of a model": setting_of("models/mlp/declaration.py", "    depth: int"),
    "setting of a training": setting_of("config/run_settings.py", "    momentum: float"),
    "setting of a metric": setting_of("metrics/local_complexity/declaration.py", "    directions: int"),
    "setting of all metrics": setting_of("metrics/declared.py", "    every: int"),
    "detector": add_detector,
    "setting of a figure kind": setting_of("config/drawing.py", "    steps: Literal"),
    "estimand": partial(
        add_to_analysis,
        folder="estimands",
        copied="event_lag",
        name="event_lead",
        table="ESTIMANDS: dict[str, Estimand] = {\n",
        entry='Estimand("value", units.constant("decades"), DECADES, events=("first", "second"))',
    ),
    "premise": partial(
        add_to_analysis,
        folder="premises",
        copied="within_range",
        name="far_from_the_ends",
        table="PREMISES: dict[str, PremiseDeclaration] = {\n",
        entry='PremiseDeclaration(lambda _: "a measure that is far from both ends of its range")',
    ),
    "hypothesis test": partial(
        add_to_analysis,
        folder="hypothesis_tests",
        copied="mean",
        name="trimmed_mean",
        table="HYPOTHESIS_TESTS: dict[str, frozenset[Shape]] = {\n",
        entry='frozenset({"value"})',
    ),
    "coordinate": add_coordinate,
    "figure kind": add_figure_kind,
    "key of config.yaml": add_run_setting,
}


KNOWN: dict[str, tuple[str, str]] = {
    "model": ("grokscope.models.registry", "'plain' in MODELS"),
    "data set": ("grokscope.data.registry", "'mine' in NAMES"),
    "task": ("grokscope.data.registry", "MADE['waves'].settings.model_fields['waves'].default == 3"),
    "setting of data": ("grokscope.data.declared", "'added' in TaskSettings.model_fields"),
    "loss": ("grokscope.training.registry", "'hinge' in LOSSES"),
    "optimiser": ("grokscope.training.registry", "'lion' in OPTIMISERS"),
    "metric": ("grokscope.metrics.registry", "'sharpness' in METRICS and 'sharpness' in CURVES"),
    "setting of a model": ("grokscope.models.registry", "'added' in MODELS['mlp'].settings.model_fields"),
    "setting of a training": ("grokscope.config.run_settings", "'added' in TrainingSettings.model_fields"),
    "setting of a metric": (
        "grokscope.metrics.registry",
        "'added' in METRICS['local_complexity'].settings.model_fields",
    ),
    "setting of all metrics": ("grokscope.metrics.declared", "'added' in MetricSettings.model_fields"),
    "detector": ("grokscope.config.detector_settings", "'added' in DetectorSettings.model_fields"),
    "setting of a figure kind": ("grokscope.config.drawing", "'added' in CurveGrid.model_fields"),
    "estimand": ("grokscope.analysis.registry", "find_module('estimands', 'event_lead', '').estimate"),
    "premise": ("grokscope.analysis.registry", "find_module('premises', 'far_from_the_ends', '').missing"),
    "hypothesis test": ("grokscope.analysis.registry", "find_module('hypothesis_tests', 'trimmed_mean', '').run_test"),
    "coordinate": (
        "grokscope.analysis.declarations.coordinates",
        "coordinate_of('model.added').step == 'doubling of what is added'",
    ),
    "figure kind": ("grokscope.config.drawing", "'mosaics' in Drawing.model_fields"),
    "key of config.yaml": ("grokscope.config.user", "'patience' in UserConfig.model_fields"),
}
"""What is true in a module, once a part of the kind is added."""
