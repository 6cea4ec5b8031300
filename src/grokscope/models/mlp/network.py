"""Multi-layer perceptrons with stacked seeds (P1 and the MNIST experiments of P2)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from torch import Tensor

from grokscope.data.declared import Input, Target
from grokscope.models.mlp.declaration import MlpSettings, layers
from grokscope.models.network import Network


class MultiLayerPerceptron(Network):
    """`depth` linear layers, the output layer included, with `width` units in each hidden one (P1 section 2).

    With a `bottleneck` the hidden layer before the logits has that many units instead: its features can have no higher
    rank.

    Parameters of layer l: `weight_l` (seeds, in, out) and `bias_l` (seeds, 1, out); with batch normalisation `scale_l`
    and `shift_l`.
    """

    def __init__(self, settings: MlpSettings, input: Input, target: Target, seeds: int) -> None:
        super().__init__(settings, layers(settings, input, target), input, seeds)
        self.depth = settings.depth
        sizes = [input.size, *(layer.outputs for layer in self.layers)]
        for layer, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
            self.add_linear(layer, inputs, outputs)
            if self.use_batch_norm and layer < self.depth:
                self.add_batch_norm(layer, outputs)

    def affine_chain(self) -> bool:
        """With ReLU or leaky ReLU and no batch normalisation."""
        return self.activation in ("relu", "leaky_relu") and not self.use_batch_norm

    def first(self, inputs: Tensor) -> Tensor:
        """Inputs (S or 1, B, *shape) -> (S, B, units of layer 1), or (S, B, outputs) when there is one layer only."""
        x = self.normalized(inputs).flatten(start_dim=2)
        return self.linear(1, x.expand(self.seeds, -1, -1))

    def _later(self, z: Tensor, activate: Callable[[Tensor], Tensor]) -> list[Tensor]:
        outputs = [z]
        for layer in range(2, self.depth + 1):
            outputs.append(self.linear(layer, activate(outputs[-1])))
        return outputs

    def rest(self, z: Tensor) -> list[Tensor]:
        """(S, B, units) pre-activation of layer 1 -> pre-activations (S, B, units) of the hidden layers and the outputs
        (S, B, outputs).
        """
        return self._later(z, self.activate)

    def forward(self, inputs: Tensor) -> Tensor:
        """Inputs (S or 1, B, *shape) -> outputs (S, B, outputs). Nobody sees the pre-activations, so the nonlinearity
        overwrites them.
        """
        return self._later(self.first(inputs), self.activate_in_place)[-1]
