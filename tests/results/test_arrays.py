"""Arrays beside tables: a made-up metric keeps some, in files that say what they were made from and notice damage."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from grokscope.analysis.run_arrays import read_run_arrays
from grokscope.data.samples import Samples
from grokscope.errors import DamagedFile, UserError
from grokscope.metrics import registry
from grokscope.metrics.arrays import ArrayKey, arrays_file, read_arrays, write_arrays
from grokscope.metrics.compute_arrays import array_seeds, array_steps, compute_arrays
from grokscope.metrics.declared import MetricDeclaration, Work
from grokscope.metrics.declared_arrays import ArrayDeclaration, ArraysSettings
from grokscope.results.parts import metric_code
from grokscope.results.sealed_arrays import read_arrays_identity
from grokscope.results.standing import standing_of
from grokscope.training.checkpoints import CheckpointStore
from metrics_helpers import run_settings
from training_support import small_dataset, small_settings, train_small

IDENTITY = {"settings": {"steps": 3}, "code": "abc"}


class SlicesSettings(ArraysSettings):
    metric: Literal["slices"] = "slices"


SLICES = MetricDeclaration(
    name="slices",
    settings=SlicesSettings,
    measure="made_up_slices",
    columns={"largest": "real"},
    measured=frozenset({"largest"}),
    work=lambda settings, run: Work(0, 0),
    arrays=(
        ArrayDeclaration("weights", "float64", ("input", "unit"), "weights of the first layer"),
        ArrayDeclaration("active", "bool", ("image", "unit"), "whether a unit is active on an image"),
    ),
)


@pytest.fixture(autouse=True)
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.METRICS, "slices", SLICES)


def block(seeds: tuple[int, ...] = (0, 1), steps: tuple[int, ...] = (0, 5)) -> dict[ArrayKey, np.ndarray]:
    random = np.random.default_rng(0)
    keys = [(seed, step) for seed in seeds for step in steps]
    weights = {ArrayKey("weights", *key): random.standard_normal((4, 3)) for key in keys}
    return weights | {ArrayKey("active", seed, step): random.random((1 + step, 3)) > 0.5 for seed, step in keys}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = arrays_file(tmp_path / "seeds_0-1" / "metrics" / "slices.parquet")
    write_arrays(path, "slices", block(), IDENTITY)
    return path


def test_a_file_holds_what_was_written_and_equal_content_gives_equal_bytes(written: Path) -> None:
    assert written.name == "slices.arrays.safetensors"
    found = read_arrays(written, "slices")
    assert found.keys() == block().keys()
    for key, array in block().items():
        np.testing.assert_array_equal(found[key], array)
        assert found[key].dtype == array.dtype
    again = written.with_name("again.safetensors")
    write_arrays(again, "slices", dict(reversed(block().items())), dict(reversed(IDENTITY.items())))
    assert again.read_bytes() == written.read_bytes()
    assert {path.name for path in written.parent.iterdir()} == {again.name, written.name}  # no temporary file is left


def test_they_are_computed_at_the_steps_and_of_the_seeds_that_the_settings_name(tmp_path: Path) -> None:
    settings = small_settings(training={"steps": 4})
    train_small(settings, [3, 8], tmp_path)
    chosen = SlicesSettings(arrays_of_seeds=[8], arrays_at_most=2)
    made = small_dataset()
    images, labels = made.train_inputs, made.train_targets
    samples = Samples("mnist", images, labels, images[:20], labels[:20])
    found = compute_arrays("slices", chosen, settings, samples, [3, 8], tmp_path, "r")
    assert {(key.seed, key.step) for key in found} == {(8, 0), (8, 4)}
    stored = CheckpointStore(tmp_path).load(4)
    (first,) = (value for value in stored.values() if tuple(value.shape[1:]) == found[ArrayKey("weights", 8, 4)].shape)
    np.testing.assert_array_equal(found[ArrayKey("weights", 8, 4)], first[1].double().numpy())
    assert len(found[ArrayKey("active", 8, 0)]) == 1
    assert len(found[ArrayKey("active", 8, 4)]) == 5
    assert compute_arrays("slices", SlicesSettings(arrays_of_seeds=[5]), settings, samples, [3, 8], tmp_path, "r") == {}


@pytest.mark.parametrize(
    ("settings", "steps"),
    [
        ({}, [0, 33]),
        ({"arrays_at_most": 1}, [33]),
        ({"arrays_at_most": 3}, [0, 5, 33]),
        ({"arrays_at_most": 3, "every": 5}, [0, 10, 33]),
        ({"arrays_at_most": 99, "at_most": 3}, [0, 5, 33]),
    ],
)
def test_chosen_steps_are_among_those_of_the_table(settings: dict[str, Any], steps: list[int]) -> None:
    assert array_steps(SlicesSettings(**settings), [0, 1, 2, 5, 10, 20, 33]) == steps
    assert array_seeds(SlicesSettings(), [2, 4]) == [2, 4]


def other_type(arrays: dict[ArrayKey, np.ndarray]) -> None:
    arrays[ArrayKey("weights", 0, 0)] = np.zeros((4, 3), dtype=np.float32)


def other_axes(arrays: dict[ArrayKey, np.ndarray]) -> None:
    arrays[ArrayKey("weights", 0, 0)] = np.zeros(4)


def unknown(arrays: dict[ArrayKey, np.ndarray]) -> None:
    arrays[ArrayKey("heights", 0, 0)] = np.zeros((4, 3))


def incomplete(arrays: dict[ArrayKey, np.ndarray]) -> None:
    del arrays[ArrayKey("weights", 1, 5)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (other_type, "array weights is float32 instead of float64"),
        (other_axes, r"array weights has shape \(4,\) instead of 2 axes: input, unit"),
        (unknown, "declares no array heights"),
        (incomplete, r"there is no array weights of seed and step \(1, 5\)"),
    ],
)
def test_only_what_is_declared_is_written(
    change: Callable[[dict[ArrayKey, np.ndarray]], None], message: str, tmp_path: Path
) -> None:
    arrays = block()
    change(arrays)
    with pytest.raises(ValueError, match=message):
        write_arrays(tmp_path / "x.arrays.safetensors", "slices", arrays)
    assert not list(tmp_path.iterdir())


def test_damage_is_found_when_it_is_read(written: Path) -> None:
    content = written.read_bytes()
    for place in (len(content) - 1, len(content) // 2, 9):
        written.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(DamagedFile, match=r"slices\.arrays\.safetensors: damaged: .*delete it, and") as caught:
            read_arrays(written, "slices")
        assert "\n" not in str(caught.value)
    written.write_bytes(b"<html></html>")
    with pytest.raises(DamagedFile, match="damaged"):
        read_arrays(written, "slices")
    with pytest.raises(FileNotFoundError):
        read_arrays(written.with_name("other.safetensors"), "slices")


def test_a_file_says_what_it_was_made_from_and_stands_by_it(written: Path) -> None:
    assert read_arrays_identity(written) == IDENTITY
    assert standing_of(written, IDENTITY).finished
    assert "code: 'abc', now 'xyz'" in standing_of(written, IDENTITY | {"code": "xyz"}).reason
    assert standing_of(written, IDENTITY | {"code": "xyz"}, code_counts=False).finished
    assert standing_of(written.with_name("none.safetensors"), IDENTITY).reason == "it is not there"
    written.write_bytes(written.read_bytes()[:-5])
    assert "damaged" in standing_of(written, IDENTITY).reason


def test_the_blocks_of_a_run_are_joined(written: Path, tmp_path: Path) -> None:
    other = arrays_file(tmp_path / "seeds_1-2" / "metrics" / "slices.parquet")
    write_arrays(
        other, "slices", {key: ~array if array.dtype == bool else -array for key, array in block((1, 2)).items()}
    )
    tables = [path.with_name("slices.parquet") for path in (written, other)]
    found = read_run_arrays("r", "slices", tables, [0, 1, 2])
    assert found.seeds() == [0, 1, 2]
    assert found.steps() == [0, 5]
    np.testing.assert_array_equal(found.array("weights", 1, 5), block()[ArrayKey("weights", 1, 5)])
    np.testing.assert_array_equal(found.array("weights", 2, 5), -block((1, 2))[ArrayKey("weights", 2, 5)])
    with pytest.raises(UserError, match=r"keeps no array weights of seed 7 at step 5; it has seeds \[0, 1, 2\]"):
        found.array("weights", 7, 5)
    assert read_run_arrays("r", "slices", tables, [2]).seeds() == [2]


def test_the_code_that_makes_arrays_counts_for_metrics_with_arrays_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    settings, norm = run_settings(), registry.METRICS["weight_norm"].settings()
    named: list[tuple[str, ...]] = []
    monkeypatch.setattr("grokscope.results.parts.code_version", lambda *modules: named.append(modules) or "x")
    metric_code(settings, SlicesSettings())
    metric_code(settings, norm)
    assert "grokscope.metrics.compute_arrays" in named[0]
    assert "grokscope.metrics.compute_arrays" not in named[1]


def test_reading_them_needs_no_torch(written: Path) -> None:
    code = (
        "import sys; from grokscope.results.sealed_arrays import read_sealed_arrays;"
        f"import grokscope.analysis.run_arrays; assert read_sealed_arrays({str(written)!r}, '');"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})
