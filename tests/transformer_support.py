"""Stacked transformers beside plain modules of torch with the same weights, one module for each seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from grokscope.data.declared import Classes, Tokens
from grokscope.models.build import build_network
from grokscope.models.init_schemes.by_architecture import initialise_by_scheme
from grokscope.models.registry import model_settings
from grokscope.models.transformer.declaration import TransformerSettings
from grokscope.models.transformer.network import Transformer

POSITIONS, VOCABULARY, CLASSES, BATCH, SEEDS = 5, 11, 7, 6, [0, 5, 2]


def transformer_settings(**changes: object) -> TransformerSettings:
    """Of a small network."""
    settings = model_settings(**{"kind": "transformer", "blocks": 2, "width": 12, "heads": 3, "hidden": 20, **changes})
    assert isinstance(settings, TransformerSettings)
    return settings


def transformer(
    settings: TransformerSettings,
    of_positions: bool = False,
    seeds: Sequence[int] = SEEDS,
    dtype: torch.dtype = torch.float64,
) -> Transformer:
    """Initialised; biases get values other than 0, and normalisations scales and shifts other than 1 and 0."""
    target = Classes(CLASSES, of_positions=of_positions)
    network = build_network(settings, Tokens(POSITIONS, VOCABULARY), target, len(seeds), dtype=dtype)
    assert isinstance(network, Transformer)
    initialise_by_scheme(network, seeds, settings.init_scale, settings.init_scheme)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if "bias_" in name or name.startswith(("scale_", "shift_")):
                for index, seed in enumerate(seeds):
                    random = torch.Generator().manual_seed(seed + 100)
                    parameter[index] += 0.2 * torch.randn(parameter.shape[1:], dtype=dtype, generator=random)
    return network


def token_rows(first: int = 1) -> Tensor:
    """Tokens (first, BATCH, POSITIONS)."""
    return torch.randint(VOCABULARY, (first, BATCH, POSITIONS), generator=torch.Generator().manual_seed(0))


class WithoutNormalisation(nn.Module):
    """A block of attention and an MLP with nothing between them but sums."""

    def __init__(self, width: int, heads: int, hidden: int, activation: str) -> None:
        super().__init__()
        self.self_attn = nn.MultiheadAttention(width, heads, batch_first=True)
        self.linear1, self.linear2 = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.nonlinearity = {"gelu": nn.GELU(), "relu": nn.ReLU()}[activation]

    def forward(self, x: Tensor, src_mask: Tensor | None) -> Tensor:
        """(batch, positions, width) -> the same shape."""
        attended, _ = self.self_attn(x, x, x, attn_mask=src_mask, need_weights=False)
        x = x + attended
        return x + self.linear2(self.nonlinearity(self.linear1(x)))


class PlainTransformer(nn.Module):
    """One seed's network of torch's own modules."""

    def __init__(
        self, settings: TransformerSettings, positions: int, vocabulary: int, classes: int, of_positions: bool
    ) -> None:
        super().__init__()
        width, heads, hidden = settings.width, settings.heads, settings.hidden_units
        self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Embedding(positions, width)
        self.blocks = nn.ModuleList(
            WithoutNormalisation(width, heads, hidden, settings.activation)
            if settings.norm == "none"
            else nn.TransformerEncoderLayer(
                width,
                heads,
                hidden,
                dropout=0.0,
                activation=settings.activation,
                batch_first=True,
                norm_first=settings.norm == "pre",
            )
            for _ in range(settings.blocks)
        )
        self.last_norm = nn.LayerNorm(width) if settings.norm == "pre" else nn.Identity()
        self.head = None if settings.tied else nn.Linear(width, classes)
        self.classes, self.of_positions = classes, of_positions
        causal = nn.Transformer.generate_square_subsequent_mask(positions, dtype=torch.float64)
        self.register_buffer("mask", causal if settings.attention == "causal" else None)

    def forward(self, tokens: Tensor) -> Tensor:
        """(batch, positions) -> (batch, classes) or (batch, positions, classes)."""
        return self.after_embedding(self.tokens(tokens) + self.positions.weight)

    def after_embedding(self, x: Tensor) -> Tensor:
        """Embedded sequences -> outputs."""
        for block in self.blocks:
            x = block(x, src_mask=self.mask)
        x = self.last_norm(x)
        if not self.of_positions:
            x = x[:, -1]
        return functional.linear(x, self.tokens.weight[: self.classes]) if self.head is None else self.head(x)


def pairs(plain: PlainTransformer, layers: int) -> Iterator[tuple[str, nn.Parameter, bool]]:
    """Name of each parameter here, the same one of the plain module, and whether that one is transposed."""
    yield "token_embedding", plain.tokens.weight, False
    yield "position_embedding", plain.positions.weight, False
    for number, block in enumerate(plain.blocks, start=1):
        inside = 2 * number
        for name, module in (
            (f"weight_{inside}", block.linear1),
            (f"weight_{inside + 1}", block.linear2),
            (f"projection_weight_{inside}", block.self_attn.out_proj),
        ):
            yield name, module.weight, True
            yield name.replace("weight", "bias"), module.bias, False
        yield f"attention_weight_{inside}", block.self_attn.in_proj_weight, True
        yield f"attention_bias_{inside}", block.self_attn.in_proj_bias, False
        if isinstance(block, nn.TransformerEncoderLayer):
            for name, norm in ((f"attention_{inside}", block.norm1), (f"mlp_{inside}", block.norm2)):
                yield f"scale_{name}", norm.weight, False
                yield f"shift_{name}", norm.bias, False
    if isinstance(plain.last_norm, nn.LayerNorm):
        yield "scale_outputs", plain.last_norm.weight, False
        yield "shift_outputs", plain.last_norm.bias, False
    if plain.head is not None:
        yield f"weight_{layers}", plain.head.weight, True
        yield f"bias_{layers}", plain.head.bias, False


def plain_with_weights(network: Transformer, settings: TransformerSettings, index: int) -> PlainTransformer:
    """A plain module, in training mode and float64, with the weights of one of the network's seeds."""
    plain = PlainTransformer(settings, POSITIONS, VOCABULARY, CLASSES, network.of_positions).double()
    seen = set()
    with torch.no_grad():
        for name, parameter, transposed in pairs(plain, len(network.layers)):
            own = network.get_parameter(name)[index]
            parameter.copy_((own.T if transposed else own).reshape(parameter.shape))
            seen.add(name)
    assert seen == {name for name, _ in network.named_parameters()}
    assert sum(1 for _ in plain.parameters()) == len(seen)
    return plain
