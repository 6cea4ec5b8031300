"""A published seed that is trained again is equal to the bit, and one that is not what it says is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from archive_support import packed
from grokscope.archive.check import check_archive
from grokscope.archive.open import ArchivedBlock, open_archive
from grokscope.archive.pack import MeasuredBlock
from grokscope.config.metric_settings import metric_settings
from grokscope.data.samples import Samples
from grokscope.errors import UserError
from grokscope.files import write_json
from grokscope.metrics.compute import compute_metric
from grokscope.metrics.tables import write_table
from grokscope.results.identity import metric_identity
from grokscope.results.parts import metric_code, training_code
from grokscope.training.train import train_block
from grokscope.verify import __main__ as command
from grokscope.verify import train_again as module
from grokscope.verify.compare import Verified, compare
from grokscope.verify.text import as_json, as_text
from grokscope.verify.train_again import find_block, settings_of, train_again
from training_support import small_dataset, small_settings

SETTINGS = small_settings(training={"dtype": "float64"})
METRICS = ("accuracy", "spectra")
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def small_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small data set stands for MNIST."""
    monkeypatch.setattr(module, "ensure_dataset", lambda name, folder: folder)
    monkeypatch.setattr(module, "load_samples", lambda settings, file: small_samples())


def small_samples() -> Samples:
    """The small data set with test samples."""
    small = small_dataset(170)
    inputs, targets = small.train_inputs, small.train_targets
    return Samples("mnist", inputs[:130], targets[:130], inputs[130:], targets[130:])


def published(folder: Path, seeds: list[int], change: float = 0.0, code: str | None = None) -> ArchivedBlock:
    """A block that was really trained and measured; `change` is added to one accuracy afterwards."""
    record = train_block(SETTINGS, small_samples(), seeds, folder / "checkpoints", code=code or training_code(SETTINGS))
    tables, known = {}, {}
    for name in METRICS:
        chosen = metric_settings(name, {"metric": name})
        table = compute_metric(name, chosen, SETTINGS, small_samples(), seeds, folder / "checkpoints", "a-run")
        if name == "accuracy":
            table.loc[3, "accuracy"] += change
        identity = metric_identity(record["identity"], chosen, SETTINGS, {}, metric_code(SETTINGS, chosen))
        tables[name], known[name] = str(folder / f"{name}.parquet"), chosen.model_dump(mode="json")
        write_table(tables[name], name, table, identity)
    write_json(folder / "training.json", record)
    block = MeasuredBlock(
        run="a-run", paper="deep_grokking", variant="as_code", seeds=tuple(seeds), tables=tables, metrics=known,
        settings=SETTINGS.model_dump(mode="json"), training=str(folder / "training.json"),
    )  # fmt: skip
    return find_block(check_archive(packed(folder / "archive", block)), "a-run", seeds[0])


def verified(block: ArchivedBlock, folder: Path, seed: int = 0) -> Verified:
    tables, trained = train_again(block, seed, folder / "again", folder, 1, None)
    return compare(block, seed, settings_of(block), tables, trained)


def test_a_seed_that_was_trained_alone_is_equal_to_the_bit(tmp_path: Path) -> None:
    found = verified(published(tmp_path, [0]), tmp_path)
    assert found.holds
    assert found.alone
    assert found.changed_code == []
    assert found.tolerance.one_value == 0
    assert {one.metric for one in found.agreements} == {"accuracy", "spectra", "rank"}
    assert all(one.equal == 1 and one.largest == 0 for one in found.agreements)
    text = as_text(found, [])
    assert "The seed agrees with the archive to the bit." in text
    assert "events have the same date" in text


def test_a_seed_of_a_larger_block_agrees_up_to_rounding(tmp_path: Path) -> None:
    found = verified(published(tmp_path, [0, 1]), tmp_path)
    assert found.holds
    assert not found.alone
    assert found.tolerance.one_value > 0
    assert "only rounding can be equal at best" in as_text(found, [])


def test_a_value_that_was_changed_is_found(tmp_path: Path) -> None:
    found = verified(published(tmp_path, [0], change=0.01), tmp_path)
    assert not found.holds
    [wrong] = [one for one in found.agreements if one.largest > 0]
    assert (wrong.metric, wrong.column) == ("accuracy", "accuracy")
    assert wrong.largest == pytest.approx(0.01)
    text = as_text(found, [])
    assert "does NOT agree" in text
    assert as_json(found, [])["holds"] is False


def test_code_that_has_changed_since_is_named(tmp_path: Path) -> None:
    found = verified(published(tmp_path, [0], code="an older one"), tmp_path)
    assert found.changed_code == ["training"]
    assert "The code has changed since it was published, for: training." in as_text(found, [])
    assert found.holds


def test_events_that_moved_are_named(tmp_path: Path) -> None:
    found = verified(published(tmp_path, [0]), tmp_path)
    events = pd.DataFrame({"event": ["fit", "onset"], "published": [10.0, 20.0], "now": [10.0, float("nan")]})
    text = as_text(replace(found, events=events), [])
    assert "1 of 2 events have the same date." in text
    assert "onset: published step 20, now absent" in text


def test_what_an_earlier_call_left_is_gone_on_with(tmp_path: Path) -> None:
    block = published(tmp_path, [0])
    first, _ = train_again(block, 0, tmp_path / "again", tmp_path, 1, None)
    before = sorted(path.stat().st_mtime_ns for path in (tmp_path / "again").rglob("*.safetensors"))
    second, _ = train_again(block, 0, tmp_path / "again", tmp_path, 1, None)
    assert sorted(path.stat().st_mtime_ns for path in (tmp_path / "again").rglob("*.safetensors")) == before
    pd.testing.assert_frame_equal(first["accuracy"], second["accuracy"])


def test_runs_and_seeds_that_are_not_there_are_refused(tmp_path: Path) -> None:
    archive = check_archive(published(tmp_path, [0]).archive)
    with pytest.raises(UserError, match=r"run other is not in this archive; known are a-run"):
        find_block(archive, "other", 0)
    with pytest.raises(UserError, match=r"has no seed 7; it has 0"):
        find_block(archive, "a-run", 7)


@pytest.mark.parametrize(
    ("run", "seed", "message"),
    [
        (
            "mnist-mlp-d12-w400-n200",
            "0",
            "is not in this archive; did you mean mnist-mlp-d12-w400-n2000-init8-wd0.01 or",
        ),
        ("nonsense", "0", "run nonsense is not in this archive (its README.md lists its "),
        ("nonsense", "x", "error: --seed x: should be one of the run's seeds, a number"),
        ("nonsense", "-1", "error: --seed -1: should be one of the run's seeds, a number"),
    ],
)
def test_the_command_refuses_what_it_does_not_know_in_one_line(
    run: str, seed: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "check_archive", open_archive)  # its hashes are none of this test's concern
    with pytest.raises(SystemExit) as caught:
        command.main([str(REPOSITORY / "published/paper"), "--run", run, f"--seed={seed}"])
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
