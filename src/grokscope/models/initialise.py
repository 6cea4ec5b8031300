"""Initial weights: PyTorch's default, drawn by one generator a seed, times a factor."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from grokscope.models.network import Network


def initialise(network: Network, seeds: Sequence[int], init_scale: float) -> None:
    """Draw the parameters of every seed in place and multiply them by `init_scale`.

    `torch.nn.Linear` and `torch.nn.Conv2d` start with weights (`kaiming_uniform_(a=sqrt(5))`) and biases uniform in
    +-1/sqrt(fan in); both papers' codes then multiply every parameter, biases too (P1 section 2; Omnigrok). A seed's
    generator draws in float64, parameter by parameter in the order of `network.named_parameters()` (layer 1's weight,
    its bias, layer 2's weight, ...), and the product is rounded to the network's dtype. So a seed's weights depend
    neither on the other seeds nor, beyond rounding, on the dtype. Batch normalisation keeps scale 1 and shift 0, and
    its running statistics are reset; the factor does not touch them.

    Raises ValueError when the number of seeds is not the network's.
    """
    if len(seeds) != network.seeds:
        raise ValueError(f"{len(seeds)} seeds for a network of {network.seeds}")
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name not in network.fan_in:
                parameter.fill_(1.0 if name.startswith("scale_") else 0.0)
                continue
            bound = network.fan_in[name] ** -0.5
            for index, generator in enumerate(generators):
                drawn = torch.rand(parameter.shape[1:], dtype=torch.float64, generator=generator)
                parameter[index].copy_((2 * drawn - 1) * (bound * init_scale))
        for name, buffer in network.named_buffers():
            if name.startswith("running_"):
                buffer.fill_(1.0 if name.startswith("running_variance") else 0.0)
