"""Stacked residual networks beside plain modules with the same weights, one module for each seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from grokscope.data.declared import Classes, Images
from grokscope.models.build import build_network
from grokscope.models.initialise import initialise
from grokscope.models.network import Network
from grokscope.models.registry import model_settings

SEEDS, BATCH, CLASSES = [0, 5, 2], 4, 7
MEAN, DEVIATION = (0.5, 0.4, 0.3), (0.2, 0.3, 0.25)


def residual(
    kind: str,
    shape: tuple[int, int, int] = (3, 16, 16),
    seeds: Sequence[int] = SEEDS,
    dtype: torch.dtype = torch.float64,
    **changes: object,
) -> Network:
    """A small initialised network of some seeds; batch normalisation gets scales and shifts other than 1 and 0."""
    settings = model_settings(**{"kind": kind, "width": 3, **changes})
    channels = shape[0]
    network = build_network(
        settings, Images(shape, MEAN[:channels], DEVIATION[:channels]), Classes(CLASSES), len(seeds), dtype=dtype
    )
    initialise(network, seeds, 1.0)
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name.startswith(("scale_", "shift_")):
                parameter.add_(0.3 * torch.randn(parameter.shape, dtype=torch.float64, generator=generator))
    return network


def images(shape: tuple[int, int, int], first: int = len(SEEDS), draw: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(draw)
    return torch.rand(first, BATCH, *shape, dtype=torch.float64, generator=generator)


class Same(nn.Identity):
    """No batch normalisation, made as batch normalisation is."""


class PlainBlock(nn.Module):
    """A block of the released code of P2, with or without its batch normalisation."""

    def __init__(self, inputs: int, outputs: int, stride: int, norm: type[nn.Module]) -> None:
        super().__init__()
        self.bn1 = norm(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = norm(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, kernel_size=3, stride=1, padding=1, bias=False)
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Conv2d(inputs, outputs, kernel_size=1, stride=stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        out = functional.relu(self.bn1(x))
        shortcut = self.shortcut(out) if hasattr(self, "shortcut") else x
        out = self.conv1(out)
        out = self.conv2(functional.relu(self.bn2(out)))
        return out + shortcut


class PlainResnet(nn.Module):
    """The released code's pre-activation network: average pooling over 4 x 4 of the last feature map."""

    def __init__(
        self, channels: int, width: int, stages: int, blocks: int, norm: type[nn.Module], pool: int | None
    ) -> None:
        super().__init__()
        self.pool = pool
        self.conv1 = nn.Conv2d(channels, width, kernel_size=3, stride=1, padding=1, bias=False)
        made: list[nn.Module] = []
        inputs = width
        for stage in range(stages):
            for number in range(blocks):
                outputs = width * 2**stage
                made.append(PlainBlock(inputs, outputs, 2 if stage and not number else 1, norm))
                inputs = outputs
        self.blocks = nn.Sequential(*made)
        self.linear = nn.Linear(inputs, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        out = self.blocks(self.conv1(x))
        out = out.mean(dim=(2, 3)) if self.pool is None else functional.avg_pool2d(out, self.pool).flatten(1)
        return self.linear(out)


Pairs = list[tuple[str, str]]
"""Name of a parameter or buffer of the stacked network, and that in the plain module."""


def norm_pairs(ours: str, theirs: str) -> Pairs:
    """Of one batch normalisation."""
    names = {"scale": "weight", "shift": "bias", "running_mean": "running_mean", "running_variance": "running_var"}
    return [(f"{one}_{ours}", f"{theirs}.{other}") for one, other in names.items()]


def parameter_and_buffer_pairs(network: Network, pairs: Pairs) -> Iterator[tuple[str, str]]:
    """Those pairs that the network has; every parameter and buffer of it has to be in one."""
    state = network.state_dict().keys()
    assert state <= {ours for ours, _ in pairs}
    return ((ours, theirs) for ours, theirs in pairs if ours in state)


def as_theirs(value: Tensor, name: str, layers: int) -> Tensor:
    """Of one seed; their linear weight is (outputs, inputs)."""
    if name == f"weight_{layers}":
        return value.T
    return value.flatten() if name == f"bias_{layers}" else value


def load(network: Network, modules: Sequence[nn.Module], pairs: Pairs) -> None:
    """Give each plain module the weights of its seed."""
    layers = len(network.layers)
    with torch.no_grad():
        for position, module in enumerate(modules):
            module.double()
            state = module.state_dict()
            found = list(parameter_and_buffer_pairs(network, pairs))
            left = {name for name in state if not name.endswith("num_batches_tracked")}
            assert left == {theirs for _, theirs in found}
            for ours, theirs in found:
                state[theirs].copy_(as_theirs(network.state_dict()[ours][position], ours, layers))


def check_state(network: Network, modules: Sequence[nn.Module], pairs: Pairs) -> None:
    """Parameters and running statistics are those of the plain modules."""
    for position, module in enumerate(modules):
        state = module.state_dict()
        for ours, theirs in parameter_and_buffer_pairs(network, pairs):
            found = as_theirs(network.state_dict()[ours][position], ours, len(network.layers))
            torch.testing.assert_close(
                found, state[theirs], rtol=1e-8, atol=1e-10, msg=lambda text, n=ours: f"{n}: {text}"
            )


def check_gradients(network: Network, modules: Sequence[nn.Module], pairs: Pairs) -> None:
    """Gradients that lie in both are the same."""
    for position, module in enumerate(modules):
        parameters = dict(module.named_parameters())
        for ours, theirs in parameter_and_buffer_pairs(network, pairs):
            if ours.startswith("running_"):
                continue
            gradient = network.get_parameter(ours).grad
            assert gradient is not None
            found = as_theirs(gradient[position], ours, len(network.layers))
            wanted = parameters[theirs].grad
            assert wanted is not None
            # sums of terms of different sizes: what counts is the error beside the largest gradient
            torch.testing.assert_close(found, wanted, rtol=1e-8, atol=1e-10 * float(wanted.abs().max()))


def check_training(
    network: Network, modules: Sequence[nn.Module], pairs: Pairs, shape: tuple[int, int, int], steps: int = 4
) -> None:
    """Outputs, gradients, and the state after some updates on both sides; then outputs in evaluation mode."""
    load(network, modules, pairs)
    mean, deviation = (one[0] if network.normalize else fill for one, fill in _statistics(network))
    network.train()
    ours = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    theirs = [torch.optim.SGD(module.train().parameters(), lr=0.05, momentum=0.9) for module in modules]
    for step in range(steps):
        pixels = images(shape, network.seeds, draw=step)
        targets = torch.randint(CLASSES, (network.seeds, BATCH), generator=torch.Generator().manual_seed(step))
        ours.zero_grad()
        logits = network(pixels)
        functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum").backward()
        for position, (module, optimiser) in enumerate(zip(modules, theirs, strict=True)):
            optimiser.zero_grad()
            expected = module((pixels[position] - mean) / deviation)
            torch.testing.assert_close(logits[position], expected, rtol=1e-8, atol=1e-10)
            functional.cross_entropy(expected, targets[position], reduction="sum").backward()
        check_gradients(network, modules, pairs)
        ours.step()
        for optimiser in theirs:
            optimiser.step()
    check_state(network, modules, pairs)
    network.eval()
    for module in modules:
        module.eval()
    for first in (1, network.seeds):
        pixels = images(shape, first, draw=9)
        logits = network(pixels)
        for position, module in enumerate(modules):
            expected = module((pixels[min(position, first - 1)] - mean) / deviation)
            torch.testing.assert_close(logits[position], expected, rtol=1e-8, atol=1e-10)


def _statistics(network: Network) -> Iterator[tuple[Tensor, Tensor]]:
    yield network.channel_mean[0], torch.zeros(())
    yield network.channel_deviation[0], torch.ones(())


def inputs_of_relus(module: nn.Module, x: Tensor) -> list[Tensor]:
    """What every ReLU gets when x goes through a module, in order, by watching `torch.nn.functional.relu`."""
    seen: list[Tensor] = []

    class Watch(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, function, types, arguments=(), keywords=None):  # type: ignore[no-untyped-def]
            if function in (functional.relu, torch.relu, torch.relu_):
                seen.append(arguments[0].detach().clone())
                return torch.relu(arguments[0]) if function is functional.relu else function(*arguments)
            return function(*arguments, **(keywords or {}))

    with Watch():
        module(x)
    return seen
