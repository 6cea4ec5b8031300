"""Transformers with stacked seeds (Figs 8, 9, 11, 19 and 20 of P2)."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor
from torch.nn import functional

from grokscope.data.declared import Input, Target, Tokens
from grokscope.models.network import Network
from grokscope.models.transformer.declaration import (
    TRANSFORMER,
    TransformerSettings,
    hidden_layer,
    layers,
    output_of_block,
)

NORM_EPSILON = 1e-5
"""What torch's layer normalisation adds to the variance."""

EVERYTHING = slice(None)


class Transformer(Network):
    """Embeddings of tokens and positions, blocks, and a linear layer that gives the outputs.

    A block adds to the residual stream what attention makes of it, then what an MLP with one hidden layer makes of the
    sum. With `norm: pre` attention, MLP and output layer see the stream after layer normalisation, as in GPT-2
    (Radford et al. 2019); with `post` the stream is normalised after each sum (Vaswani et al. 2017); with `none` there
    is none. These are `torch.nn.TransformerEncoderLayer` with and without `norm_first`, and no dropout.

    Everything on the way from the stream to a block's hidden layer, attention included, belongs to that layer.
    Parameters, each with the seeds first: `token_embedding` (tokens, width), `position_embedding` (positions, width);
    of block b, whose layers are l = 2b and l + 1, `attention_weight_l` (width, 3 width) with queries, keys and values
    side by side, `attention_bias_l` (1, 3 width), `projection_weight_l` (width, width), `projection_bias_l` (1, width),
    and `weight_l`, `bias_l`, `weight_(l+1)`, `bias_(l+1)` of the MLP, as in every network; of the last layer L
    `weight_L` and `bias_L`, unless the outputs are tied to the token embedding. Scales and shifts (width,) of the
    normalisations are `scale_attention_l`, `shift_attention_l`, `scale_mlp_l` and `shift_mlp_l`, with `pre` also
    `scale_outputs` and `shift_outputs`.
    """

    def __init__(self, settings: TransformerSettings, input: Input, target: Target, seeds: int) -> None:
        super().__init__(settings, layers(settings, input, target), input, seeds)
        assert isinstance(input, Tokens)
        self.initialised_by = TRANSFORMER.initialised_by
        self.blocks, self.width, self.heads, self.norm = settings.blocks, settings.width, settings.heads, settings.norm
        self.causal, self.tied = settings.attention == "causal", settings.tied
        self.of_positions = target.kind == "classes_of_positions"
        self.vocabulary, width = input.vocabulary, settings.width
        self.add_parameter("token_embedding", (input.vocabulary, width), 1, fan_in=1)
        self.add_parameter("position_embedding", (input.positions, width), 1, fan_in=1)
        for block in range(1, settings.blocks + 1):
            inside, end = hidden_layer(block), output_of_block(block)
            self.add_parameter(f"attention_weight_{inside}", (width, 3 * width), inside, fan_in=width)
            self.add_parameter(f"attention_bias_{inside}", (1, 3 * width), inside)
            self.add_parameter(f"projection_weight_{inside}", (width, width), inside, fan_in=width)
            self.add_parameter(f"projection_bias_{inside}", (1, width), inside)
            self.add_linear(inside, width, settings.hidden_units)
            self.add_linear(end, settings.hidden_units, width)
            self._add_normalisation(f"attention_{inside}", inside)
            after = end if settings.norm == "post" else inside
            self._add_normalisation(f"mlp_{inside}", after)
        if settings.norm == "pre":
            self._add_normalisation("outputs", len(self.layers))
        if not settings.tied:
            self.add_linear(len(self.layers), width, target.outputs)

    def _add_normalisation(self, name: str, layer: int) -> None:
        if self.norm != "none":
            self.add_parameter(f"scale_{name}", (self.width,), layer, value=1.0)
            self.add_parameter(f"shift_{name}", (self.width,), layer)

    def _normalised(self, name: str, x: Tensor) -> Tensor:
        """Layer normalisation of (S, rows, width)."""
        scale, shift = self.get_parameter(f"scale_{name}"), self.get_parameter(f"shift_{name}")
        if self.seeds == 1:
            return functional.layer_norm(x, (self.width,), scale[0], shift[0], NORM_EPSILON)
        plain = functional.layer_norm(x, (self.width,), eps=NORM_EPSILON)
        return torch.addcmul(shift[:, None], plain, scale[:, None])

    def _linear(self, name: str, layer: int, x: Tensor, outputs: slice = EVERYTHING) -> Tensor:
        """(S, rows, in) -> (S, rows, out), or some of the outputs."""
        weight, bias = self.get_parameter(f"{name}weight_{layer}"), self.get_parameter(f"{name}bias_{layer}")
        return torch.baddbmm(bias[..., outputs], x, weight[..., outputs])

    def _by_head(self, x: Tensor, positions: int) -> Iterable[Tensor]:
        """Rows (S, B * positions, n width) -> n tensors (S * B, heads, positions, width of a head)."""
        folded = x.view(-1, positions, x.shape[2] // self.width, self.heads, self.width // self.heads)
        return folded.permute(2, 0, 3, 1, 4)

    def _attended(self, layer: int, x: Tensor, positions: int, at_last: bool) -> Tensor:
        """What attention makes of the rows (S, B * positions, width), at all or at the last positions."""
        if at_last:
            # the last position sees all, also where attention is causal
            (queries,) = self._by_head(
                self._linear("attention_", layer, last_rows(x, positions), slice(self.width)), positions=1
            )
            keys, values = self._by_head(
                self._linear("attention_", layer, x, slice(self.width, 3 * self.width)), positions
            )
        else:
            queries, keys, values = self._by_head(self._linear("attention_", layer, x), positions)
        mixed = functional.scaled_dot_product_attention(queries, keys, values, is_causal=self.causal and not at_last)
        return self._linear("projection_", layer, mixed.transpose(1, 2).reshape(self.seeds, -1, self.width))

    def _block(self, block: int, x: Tensor, positions: int, at_last: bool = False) -> tuple[Tensor, Tensor, Tensor]:
        """The residual stream (S, B * positions, width) after a block, the pre-activation of its hidden layer and what
        its MLP gives back, at all or at the last positions.
        """
        inside, end = hidden_layer(block), output_of_block(block)
        before = self._normalised(f"attention_{inside}", x) if self.norm == "pre" else x
        attended = self._attended(inside, before, positions, at_last)
        x = (last_rows(x, positions) if at_last else x) + attended
        if self.norm == "post":
            x = self._normalised(f"attention_{inside}", x)
        before = self._normalised(f"mlp_{inside}", x) if self.norm == "pre" else x
        hidden = self._linear("", inside, before)
        added = self._linear("", end, self.activate(hidden))
        x = x + added
        if self.norm == "post":
            x = self._normalised(f"mlp_{inside}", x)
        return x, hidden, added

    def first(self, inputs: Tensor) -> Tensor:
        """Tokens (S or 1, B, positions) -> (S, B, positions, width)."""
        tokens = inputs.expand(self.seeds, -1, -1)
        # the tables of all seeds below each other
        offsets = self.vocabulary * torch.arange(self.seeds, device=inputs.device)
        table = self.get_parameter("token_embedding").flatten(0, 1)
        embedded = functional.embedding(tokens + offsets[:, None, None], table)
        return embedded + self.get_parameter("position_embedding")[:, None]

    def rest(self, z: Tensor) -> list[Tensor]:
        """Embedded tokens (S, B, positions, width) -> these, the hidden layer (S, B, positions, hidden) and what the
        MLP gives back (S, B, positions, width) of every block, and the outputs (S, B, outputs) or (S, B, positions,
        outputs).
        """
        batch, positions = z.shape[1:3]
        x = z.flatten(1, 2)
        reported = [z]
        for block in range(1, self.blocks + 1):
            x, *of_block = self._block(block, x, positions)
            reported += [layer.unflatten(1, (batch, positions)) for layer in of_block]
        if self.of_positions:
            return [*reported, self._outputs(x).unflatten(1, (batch, positions))]
        return [*reported, self._outputs(last_rows(x, positions))]

    def forward(self, inputs: Tensor) -> Tensor:
        """Tokens (S or 1, B, positions) -> the outputs. Where these are of the last position, the last block makes
        nothing but keys and values of the others.
        """
        z = self.first(inputs)
        if self.of_positions:
            return self.rest(z)[-1]
        positions = z.shape[2]
        x = z.flatten(1, 2)
        for block in range(1, self.blocks + 1):
            x, _, _ = self._block(block, x, positions, at_last=block == self.blocks)
        return self._outputs(x)

    def _outputs(self, x: Tensor) -> Tensor:
        """Rows of the residual stream (S, rows, width) -> (S, rows, outputs)."""
        if self.norm == "pre":
            x = self._normalised("outputs", x)
        if self.tied:
            return x @ self.get_parameter("token_embedding")[:, : self.outputs].mT
        return self._linear("", len(self.layers), x)


def last_rows(x: Tensor, positions: int) -> Tensor:
    """Of rows (S, B * positions, width) those of the last positions, (S, B, width)."""
    return x[:, positions - 1 :: positions]
