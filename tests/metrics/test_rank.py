import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grokscope.config.rank_words import RANK_WORDS
from grokscope.metrics.rank import DEFINITIONS, EPSILON, rank_table, ranks
from grokscope.metrics.tables import check_table


def _features(points: int, width: int, rank: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.normal(size=(points, rank)) @ random.normal(size=(rank, width)) + random.normal(size=width)


@pytest.mark.parametrize("rank", [1, 5, 19, 30])
def test_ranks_of_a_matrix_of_known_rank(rank: int) -> None:
    features = _features(400, 30, rank, seed=rank)
    covariance = np.cov(features, rowvar=False)
    found = ranks(np.linalg.eigvalsh(covariance), 400)
    assert (
        found["p1_code"] == torch.linalg.matrix_rank(torch.from_numpy(covariance)) == np.linalg.matrix_rank(covariance)
    )
    assert found["relative_1e-6"] == np.linalg.matrix_rank(features - features.mean(axis=0), rtol=1e-3)
    assert found["relative_1e-6"] == rank


@given(st.lists(st.floats(-30, 3), min_size=1, max_size=40), st.integers(0, 2**31))
def test_p1_code_is_torch_matrix_rank_of_the_covariance(exponents: list[float], seed: int) -> None:
    random = np.random.default_rng(seed)
    basis, _ = np.linalg.qr(random.normal(size=(len(exponents), len(exponents))))
    matrix = basis * 10.0 ** np.array(exponents) @ basis.T
    matrix = (matrix + matrix.T) / 2
    eigenvalues = np.linalg.eigvalsh(matrix)
    # torch's decomposition rounds on its own, so only spectra without a value near the threshold must agree
    threshold = len(exponents) * EPSILON * np.abs(eigenvalues).max()
    singular = torch.linalg.svdvals(torch.from_numpy(matrix)).numpy()
    if not ((np.abs(eigenvalues) > threshold / 30) & (np.abs(eigenvalues) < threshold * 30)).any():
        assert ranks(eigenvalues, 1000)["p1_code"] == torch.linalg.matrix_rank(torch.from_numpy(matrix))
    assert ranks(np.sort(singular), 1000)["p1_code"] == torch.linalg.matrix_rank(torch.from_numpy(matrix))


def test_closed_forms() -> None:
    found = ranks(np.ones(8), 100)
    assert all(value == pytest.approx(8) for value in found.values())
    one = ranks(np.array([5.0, 0, 0, 0]), 100)
    assert all(value == pytest.approx(1) for value in one.values())
    mixed = {name: float(value) for name, value in ranks(np.array([4.0, 2.0, 2.0]), 100).items()}
    assert mixed["stable"] == pytest.approx(2)
    assert mixed["participation"] == pytest.approx(64 / 24)
    assert mixed["effective"] == pytest.approx(np.exp(1.5 * np.log(2)))
    assert (mixed["pca_95"], mixed["p1_code"]) == (3, 3)
    tail = ranks(np.array([1.0, 1e-2, 1e-4, 1e-7]), 100)
    assert (tail["relative_1e-3"], tail["relative_1e-6"], tail["pca_95"], tail["pca_99"]) == (2, 3, 1, 1)
    assert ranks(np.array([90.0, 6, 4]), 100)["pca_95"] == 2
    assert ranks(np.array([90.0, 6, 4]), 100)["pca_99"] == 3


def test_tolerances_of_the_first_paper() -> None:
    width, points, largest = 4, 10_000, 1e6
    spectrum = largest * np.array([1.0, 5e-12, 1e-13, 1e-17])
    found = ranks(spectrum, points)
    assert found["p1_code"] == (spectrum > width * EPSILON * largest).sum() == 3
    assert found["p1_text"] == (spectrum > points * EPSILON * largest).sum() == 2
    assert found["p1_text_absolute"] == (spectrum > points * EPSILON).sum() == 4


def test_negative_rounding_errors() -> None:
    found = ranks(np.array([1.0, 1e-3, -1e-9]), 100)
    assert (found["p1_code"], found["p1_text"], found["p1_text_absolute"]) == (3, 3, 3)
    assert found["relative_1e-6"] == 2
    clean = ranks(np.array([1.0, 1e-3, 0.0]), 100)
    for name in ("effective", "stable", "participation"):
        assert found[name] == clean[name]


def test_zero_and_nan_spectra_row_by_row() -> None:
    spectra = np.array([[0.0, 0, 0], [np.nan, np.nan, np.nan], [1, 1, 0], [1, np.inf, 0]])
    for name, values in ranks(spectra, np.full(4, 50)).items():
        np.testing.assert_allclose(values, [0, np.nan, 2, np.nan], err_msg=name)


@given(st.floats(-150, 150), st.integers(1, 30), st.integers(0, 2**31))
def test_ranks_do_not_depend_on_scale_and_are_ordered(exponent: float, width: int, seed: int) -> None:
    spectrum = np.random.default_rng(seed).exponential(size=width) ** 3
    found, scaled = ranks(spectrum, 100), ranks(spectrum * 10.0**exponent, 100)
    for name in set(DEFINITIONS) - {"p1_text_absolute"}:
        assert scaled[name] == pytest.approx(found[name], rel=1e-6)
        assert 0.999 <= found[name] <= width + 1e-6
    assert found["stable"] <= found["participation"] * (1 + 1e-9)
    assert found["participation"] <= found["effective"] * (1 + 1e-9)
    assert found["pca_95"] <= found["pca_99"]


def test_rank_table_of_layers_of_different_width() -> None:
    rows = [
        {
            "run": "r",
            "seed": seed,
            "step": 10,
            "split": "test",
            "layer": layer,
            "points": 100,
            "eigenvalues": np.arange(width, 0.0, -1),
        }
        for seed in (4, 5)
        for layer, width in ((1, 6), (2, 6), (3, 2))
    ]
    rows[2]["eigenvalues"] = np.full(2, np.nan)
    table = check_table("rank", rank_table(check_table("spectra", pd.DataFrame(rows))))
    assert len(table) == len(rows) * len(DEFINITIONS)
    assert list(table.definition.iloc[: len(DEFINITIONS)]) == list(DEFINITIONS)
    wide = table.pivot(index=["seed", "layer"], columns="definition", values="rank")
    assert wide.loc[(4, 3)].isna().all()
    assert wide.loc[(5, 3), "p1_code"] == 2
    assert wide.loc[(4, 1), "stable"] == pytest.approx(21 / 6)


def test_rank_table_of_nothing() -> None:
    rows = pd.DataFrame(
        [{"run": "r", "seed": 1, "step": 0, "split": "test", "layer": 1, "points": 9, "eigenvalues": [1.0]}]
    )
    assert len(check_table("rank", rank_table(rows.iloc[:0]))) == 0


def test_rank_needs_no_torch() -> None:
    code = "import sys, grokscope.metrics.rank, grokscope.metrics.tables; sys.exit('torch' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, env={"PYTHONPATH": ":".join(sys.path)}).returncode
        == 0
    )


def test_every_definition_has_words_of_its_own() -> None:
    assert list(RANK_WORDS) == list(DEFINITIONS)
    assert len(set(RANK_WORDS.values())) == len(RANK_WORDS)
