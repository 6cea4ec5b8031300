"""A transformer whose inputs are embedded sequences, so that they have neighbourhoods."""

from __future__ import annotations

from torch import Tensor, nn

from grokscope.models.network import Network


class EmbeddedNetwork(Network):
    """A view of `network` that takes embedded sequences (S or 1, B, positions, width) in place of tokens.

    They are multiplied by `scale` (S,), so that points and radii can be in multiples of something that differs between
    seeds, such as the mean norm of a seed's embedded samples; without a scale they are taken as they are. Layers and
    parameters are those of the network, and layer 1 is the scaled sequence itself. The view shares the weights, so it
    shows the network as it is at any time.
    """

    scale: Tensor | None

    def __init__(self, network: Network, scale: Tensor | None = None) -> None:
        """Raises ValueError when `scale` has another number of seeds than the network."""
        nn.Module.__init__(self)  # what a network makes of its settings is there already
        if scale is not None and scale.shape != (network.seeds,):
            raise ValueError(f"scale of shape {tuple(scale.shape)} for a network of {network.seeds} seeds")
        self.network = network
        self.activation, self.activate = network.activation, network.activate
        self.activate_in_place, self.use_batch_norm = network.activate_in_place, network.use_batch_norm
        self.layers, self.outputs, self.seeds = network.layers, network.outputs, network.seeds
        self.normalize = False
        self.parameter_layers, self.fan_in = network.parameter_layers, network.fan_in
        self.register_buffer("scale", None if scale is None else scale.to(next(network.parameters())), persistent=False)
        self.train(network.training)

    def get_parameter(self, target: str) -> nn.Parameter:
        """A parameter by the name that it has in the network."""
        return self.network.get_parameter(target)

    def first(self, inputs: Tensor) -> Tensor:
        """Embedded sequences (S or 1, B, positions, width) -> (S, B, positions, width)."""
        sequences = inputs.expand(self.seeds, -1, -1, -1)
        return sequences if self.scale is None else sequences * self.scale[:, None, None, None]

    def rest(self, z: Tensor) -> list[Tensor]:
        """The network's own: (S, B, positions, width) -> all layers, `[z, ..., outputs]`."""
        return self.network.rest(z)
