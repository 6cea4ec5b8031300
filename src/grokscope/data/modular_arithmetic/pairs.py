"""The operations, the ordered pairs that they are defined on, and which of these are for training.

Imports neither torch nor numpy, because the shares of the classes among the test pairs are known before anything is
made.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

Pair = tuple[int, int]


@dataclass(frozen=True)
class Operation:
    """`formula` in words of arithmetic; `value(x, y, p)` is the result, of which only the remainder modulo p counts.

    Where it `divides` by y, y is never 0 and p has to be prime. Where it divides only by odd y, `divides_by` says so.
    """

    formula: str
    value: Callable[[int, int, int], int]
    divides_by: str = ""

    @property
    def lowest_second(self) -> int:
        """The smallest y that the operation is defined for."""
        return 1 if self.divides_by == "every y" else 0


OPERATIONS: Mapping[str, Operation] = {
    "add": Operation("x + y", lambda x, y, p: x + y),
    "subtract": Operation("x - y", lambda x, y, p: x - y),
    "multiply": Operation("x * y", lambda x, y, p: x * y),
    "divide": Operation("x / y", lambda x, y, p: x * pow(y, -1, p), "every y"),
    "divide_or_subtract": Operation(
        "x / y for odd y, x - y for even y", lambda x, y, p: x * pow(y, -1, p) if y % 2 else x - y, "odd y"
    ),
    "square_sum": Operation("x^2 + y^2", lambda x, y, p: x**2 + y**2),
    "square_sum_with_product": Operation("x^2 + x y + y^2", lambda x, y, p: x**2 + x * y + y**2),
    "square_sum_with_product_and_first": Operation("x^2 + x y + y^2 + x", lambda x, y, p: x**2 + x * y + y**2 + x),
    "cube_with_product": Operation("x^3 + x y", lambda x, y, p: x**3 + x * y),
    "cube_with_square_product": Operation("x^3 + x y^2 + y", lambda x, y, p: x**3 + x * y**2 + y),
}
"""Multiplication, and all operations of Power et al. (section A.1.1) but those on permutations. All are modulo p."""


def lowest_second(operation: str, second_from: int) -> int:
    """The smallest y that occurs: `second_from`, or 1 where an operation is not defined for 0."""
    return max(second_from, OPERATIONS[operation].lowest_second)


def number_of_pairs(operation: str, modulus: int, second_from: int) -> int:
    """Of all x from 0 and all y from the lowest one, both below `modulus`; 0 or less where there are none."""
    return modulus * (modulus - lowest_second(operation, second_from))


def shuffled_pairs(operation: str, modulus: int, second_from: int, draw: int) -> list[Pair]:
    """All ordered pairs (x, y) in a random order, of which the first are for training.

    The order is that of the sha256 of draw, x and y: it is the same on every machine, for every operation and however
    many pairs there are.
    """
    seconds = range(lowest_second(operation, second_from), modulus)
    pairs = [(first, second) for first in range(modulus) for second in seconds]
    return sorted(pairs, key=lambda pair: hashlib.sha256(f"{draw} {pair[0]} {pair[1]}".encode()).digest())


def result(operation: str, modulus: int, pair: Pair) -> int:
    """The class of a pair, from 0 to modulus - 1."""
    return OPERATIONS[operation].value(*pair, modulus) % modulus


@cache
def most_frequent(operation: str, modulus: int, second_from: int, draw: int, train_size: int) -> Fraction:
    """Share of the most frequent class among the test pairs, of which there has to be one."""
    tested = shuffled_pairs(operation, modulus, second_from, draw)[train_size:]
    counts = Counter(result(operation, modulus, pair) for pair in tested)
    return Fraction(max(counts.values()), len(tested))
