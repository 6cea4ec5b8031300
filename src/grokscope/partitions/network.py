"""Networks with a piecewise linear nonlinearity, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROUNDING = 2.0**-44
"""A pre-activation below this share of the largest value that its sum could have is rounding, and counts as zero."""

ROWS_AT_ONCE = 512
"""Rows of a matrix that are worked on together, so that they stay in the processor's cache."""


@dataclass(frozen=True)
class DenseLayer:
    """x -> x @ weight + bias. Another kind of layer has these methods too: subdivision asks for nothing else."""

    weight: Floats
    """(inputs, outputs)."""

    bias: Floats
    """(outputs,)."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", np.ascontiguousarray(self.weight, dtype=np.float64))
        object.__setattr__(self, "bias", np.ascontiguousarray(self.bias, dtype=np.float64).reshape(-1))
        if self.weight.ndim != 2 or self.bias.shape != (self.weight.shape[1],):
            raise ValueError(f"weight {self.weight.shape} and bias {self.bias.shape} make no layer")
        if not (np.isfinite(self.weight).all() and np.isfinite(self.bias).all()):
            raise ValueError("weights and biases have to be finite")

    @property
    def inputs(self) -> int:
        """Length of an input."""
        return self.weight.shape[0]

    @property
    def outputs(self) -> int:
        """Length of an output; for hidden layers the number of neurons."""
        return self.weight.shape[1]

    def values(self, inputs: Floats) -> Floats:
        """(N, inputs) -> (N, outputs)."""
        return inputs @ self.weight + self.bias

    def linear(self, directions: Floats) -> Floats:
        """(N, inputs) -> (N, outputs) without the bias: how the outputs change along directions."""
        return directions @ self.weight

    def largest_sums(self, norms: Floats) -> Floats:
        """(N,) Euclidean norms of inputs -> (N, outputs), what the outputs can be at most."""
        return np.multiply.outer(norms, self._norms) + np.abs(self.bias)

    @cached_property
    def _norms(self) -> Floats:
        return np.linalg.norm(self.weight, axis=0)


@dataclass(frozen=True)
class PiecewiseLinearNetwork:
    """Layers with max(z, negative_slope * z) between them; the last layer gives the outputs."""

    layers: tuple[DenseLayer, ...]

    negative_slope: float = 0.0
    """0 is ReLU; at least 0 and below 1."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", tuple(self.layers))
        if not self.layers:
            raise ValueError("a network has at least one layer")
        for number, (before, after) in enumerate(zip(self.layers, self.layers[1:], strict=False), start=1):
            if before.outputs != after.inputs:
                raise ValueError(
                    f"layer {number} has {before.outputs} outputs, layer {number + 1} {after.inputs} inputs"
                )
        if not 0 <= self.negative_slope < 1:
            raise ValueError(f"negative_slope {self.negative_slope} is not at least 0 and below 1")

    @property
    def inputs(self) -> int:
        """Length of an input."""
        return self.layers[0].inputs

    @property
    def outputs(self) -> int:
        """Length of an output."""
        return self.layers[-1].outputs

    @property
    def hidden(self) -> tuple[DenseLayer, ...]:
        """The layers that a nonlinearity follows."""
        return self.layers[:-1]

    def activate(self, values: Floats) -> Floats:
        """The nonlinearity."""
        return np.maximum(values, self.negative_slope * values if self.negative_slope else 0.0)

    def forward(self, inputs: Floats) -> Floats:
        """(N, inputs) -> (N, outputs)."""
        values = self.layers[0].values(inputs)
        for layer in self.layers[1:]:
            values = layer.values(self.activate(values))
        return values

    def next_values(self, number: int, values: Floats) -> Floats:
        """Pre-activations (N, ...) of layer `number` (from 0) -> those of the next layer, rounding set to zero. The
        result takes the place of `values` where both are of one size, which halves the memory.
        """
        layer = self.layers[number + 1]
        same = values.shape[1] == layer.outputs
        result = values if same else np.empty((len(values), layer.outputs))
        for start in range(0, len(values), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            result[rows] = rounded(layer, self.activate(values[rows]))
        return result


def rounded(layer: DenseLayer, inputs: Floats) -> Floats:
    """`layer` at inputs (N, inputs), with zero where nothing but rounding is left of a sum."""
    values = layer.values(inputs)
    norms = np.sqrt(np.einsum("ni,ni->n", inputs, inputs))
    largest = layer.largest_sums(norms.max(initial=0.0, keepdims=True))
    small = np.abs(values) <= ROUNDING * largest.max(initial=0.0)
    if small.any():
        rows = np.flatnonzero(small.any(axis=1))
        part = values[rows]
        part[np.abs(part) <= ROUNDING * layer.largest_sums(norms[rows])] = 0.0
        values[rows] = part
    return values
