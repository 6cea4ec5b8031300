"""The margins of tests on trained networks: what they refuse, and that no test which trains goes without them.

The rule reads the source. It sees a test that trains itself, or through a function or fixture of its own file, and
refuses an ordered comparison in an `assert` (unless with 0 or a length) and a comparison up to a tolerance. It does not
see numbers that come out of a file which another process has trained; the tests of the workflow judge none.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

import margins
from margins import assert_equal_to_rounding, assert_mean_above, assert_mean_below, assert_unequal

TESTS = Path(__file__).parent
TRAINERS = {"train_small", "train_block", "train_and_be_killed", "published_head", ".step()"}
TOLERANT = {"assert_close", "assert_allclose", "assert_array_almost_equal", "allclose", "isclose"}
MARGINS = {name for name in vars(margins) if name.startswith("assert_")}
ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def names_of(node: ast.AST) -> set[str]:
    """Every name that a function reads, its fixtures included, and every method that it calls; that of an optimiser is
    `.step()`.
    """
    arguments = {argument.arg for argument in ast.walk(node) if isinstance(argument, ast.arg)}
    calls = [call for call in ast.walk(node) if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)]
    methods = {f".{call.func.attr}()" if not call.args else call.func.attr for call in calls}
    return arguments | methods | {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}


def training_functions(module: ast.Module) -> list[ast.FunctionDef]:
    """The functions of a file that train, directly or through others of the same file."""
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    training: set[str] = set()
    while True:
        more = {function.name for function in functions if names_of(function) & (TRAINERS | training)}
        if more == training:
            return [function for function in functions if function.name in training]
        training = more


def is_harmless(node: ast.expr) -> bool:
    """Whether it is 0 or a length, with which no rounding interferes."""
    zero = isinstance(node, ast.Constant) and node.value == 0
    return zero or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len")


def bare_comparisons(function: ast.FunctionDef) -> Iterator[int]:
    """Lines on which a function compares with less room than another processor may need."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            conditions = {id(one) for part in ast.walk(node) if isinstance(part, ast.comprehension) for one in part.ifs}
            for compared in (
                inner for inner in ast.walk(node) if isinstance(inner, ast.Compare) and id(inner) not in conditions
            ):
                ordered = any(isinstance(operator, ORDERED) for operator in compared.ops)
                if ordered and not any(is_harmless(side) for side in (compared.left, *compared.comparators)):
                    yield node.lineno
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            keywords = {keyword.arg: keyword.value for keyword in node.keywords}
            exact = all(
                isinstance(keywords.get(key), ast.Constant) and keywords[key].value == 0 for key in ("rtol", "atol")
            )
            if (name in TOLERANT and not exact) or (name == "approx" and keywords.keys() & {"rel", "abs"}):
                yield node.lineno


def is_marked(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(decorator) == "pytest.mark.trained" for decorator in function.decorator_list)


def complaints(source: str) -> list[str]:
    """What is wrong in a file of tests, one line for each place."""
    module = ast.parse(source)
    found = [
        f"{line}: compares a trained number without a margin"
        for function in training_functions(module)
        for line in bare_comparisons(function)
    ]
    for function in (
        node for node in ast.walk(module) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ):
        if is_marked(function) != bool(names_of(function) & MARGINS):
            found.append(
                f"{function.lineno}: {function.name} has to use tests/margins.py and be marked `trained`, or neither"
            )
    return found


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(TESTS.rglob("test_*.py")) if path.name != "test_margins.py"],
    ids=lambda path: path.stem,
)
def test_numbers_of_trained_networks_are_judged_with_margins(path: Path) -> None:
    assert [f"{path.relative_to(TESTS)}:{complaint}" for complaint in complaints(path.read_text())] == []


TRAINING = "@pytest.fixture\ndef network(tmp_path):\n    return train_small(settings, [0], tmp_path)\n\n"


@pytest.mark.parametrize(
    "body",
    [
        "assert (found < 0.8 * network).all()",
        "assert float(network) <= tolerance",
        "assert network == pytest.approx(3, rel=1e-3)",
        "torch.testing.assert_close(network, found)",
        "assert not np.allclose(network, found, rtol=0.1, atol=0)",
        "assert_mean_above(network, 0.5)",
    ],
)
def test_the_rule_sees(body: str) -> None:
    assert len(complaints(f"{TRAINING}def test_it(network):\n    {body}\n")) == 1
    assert complaints(f"{TRAINING}def test_it(other):\n    assert other.finite\n") == []


@pytest.mark.parametrize(
    "body",
    [
        "assert 0 < network.step",
        "assert len(network) > 2",
        "torch.testing.assert_close(network, found, rtol=0, atol=0)",
        "assert torch.equal(network, found)",
    ],
)
def test_the_rule_lets_pass(body: str) -> None:
    assert complaints(f"{TRAINING}def test_it(network):\n    {body}\n") == []
    assert (
        complaints(
            f"{TRAINING}@pytest.mark.trained\ndef test_it(network):\n    assert_mean_above(network, 0.5)\n    {body}\n"
        )
        == []
    )


def test_a_mean_needs_room() -> None:
    values = torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0])  # mean 3, deviation 1.58
    assert_mean_above(values, -0.2)
    assert_mean_below(values, 6.2)
    with pytest.raises(AssertionError, match=r"the mean 3 is 1\.90 spreads"):
        assert_mean_above(values, 0.0)
    with pytest.raises(AssertionError, match=r"the mean 3 is -1\.90 spreads .* below 0"):
        assert_mean_below(values, 0.0)


def test_equal_values_count_as_known_to_their_resolution() -> None:
    assert_mean_above([1.0] * 5, 0.9)
    assert_mean_above([1.0] * 5, 0.9, resolution=0.04)
    with pytest.raises(AssertionError, match=r"1\.67 spreads"):
        assert_mean_above([1.0] * 5, 0.9, resolution=0.06)
    with pytest.raises(AssertionError, match="-inf spreads"):
        assert_mean_above([0.9] * 5, 1.0)
    with pytest.raises(AssertionError, match="-inf spreads"):
        assert_mean_above([1.0] * 5, 1.0)


@pytest.mark.parametrize(
    ("values", "message"),
    [([9.0] * 4, "4 seeds"), ([9.0] * 4 + [math.nan], "finite"), ([[9.0]] * 5, "one value for each seed")],
)
def test_values_that_say_nothing(values: list[float], message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        assert_mean_above(values, 0.0)


def test_rounding_needs_room() -> None:
    wanted = {"a": torch.tensor([3.0, 4.0]), "b": torch.zeros(2)}
    near = {"a": torch.tensor([3.0, 4.0 + 5e-5]), "b": torch.zeros(2)}  # 1e-5 of its size
    assert_equal_to_rounding(near, wanted, 2e-4)
    with pytest.raises(AssertionError, match=r"a factor of 4\.99"):
        assert_equal_to_rounding(near, wanted, 5e-5)
    with pytest.raises(AssertionError, match="a differs by inf"):
        assert_equal_to_rounding({**near, "a": torch.tensor([3.0, math.nan])}, wanted, 1.0)
    with pytest.raises(AssertionError):
        assert_equal_to_rounding({"a": near["a"]}, wanted, 1.0)
    assert_unequal(near, wanted, 5e-7)
    with pytest.raises(AssertionError, match="no tensor differs by more than 1e-05"):
        assert_unequal(near, wanted, 2e-6)


def test_margins_are_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROKSCOPE_MARGINS", str(tmp_path / "margins.jsonl"))
    assert_mean_above([1.0, 2.0, 3.0, 4.0, 5.0], -1.0)
    assert_equal_to_rounding({"a": torch.ones(2)}, {"a": torch.ones(2)}, 1e-3)
    first, second = (tmp_path / "margins.jsonl").read_text().splitlines()
    assert '"test": "tests/test_margins.py::test_margins_are_written_down", "kind": "mean", "margin": 2.52' in first
    assert '"margin": Infinity, "needed": 10.0' in second
