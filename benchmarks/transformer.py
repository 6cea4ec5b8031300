"""Speed of training transformers, as ratios of times taken side by side in one process.

    python benchmarks/transformer.py [--threads 2]

The size is that of the modular addition of P2 Fig 8. The yardstick is the same network of torch's own modules for one
seed: `nn.Embedding`, `nn.TransformerEncoderLayer`, `nn.Linear`, with the same loss and the same fused AdamW. Every
round times all sides in turn, and the fastest step of each side counts: what else the machine does can only add to a
time. With one thread the times are of the processor, which hardly depend on what else it does; with more they are of
the clock.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from math import inf

import torch
from torch import Tensor, nn
from torch.nn import functional

from grokscope.config.run_settings import TrainingSettings
from grokscope.data.declared import Classes, Tokens
from grokscope.models.build import build_network
from grokscope.models.init_schemes.by_architecture import initialise_by_scheme
from grokscope.models.registry import model_settings
from grokscope.training.arithmetic import arithmetic
from grokscope.training.loss import loss_function
from grokscope.training.optimiser import build_optimiser
from rows import Row, make_row, print_rows

BLOCKS, WIDTH, HEADS, BATCH_SIZE, SEEDS = 2, 128, 4, 512, 4
INPUT, CLASSES = Tokens(4, 99), 97
WARM_STEPS, STEPS = 3, 6


class PlainTransformer(nn.Module):
    """One seed's network of torch's own modules."""

    def __init__(self, norm: str) -> None:
        super().__init__()
        self.tokens, self.positions = nn.Embedding(INPUT.vocabulary, WIDTH), nn.Embedding(INPUT.positions, WIDTH)
        self.blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(
                WIDTH, HEADS, 4 * WIDTH, 0.0, functional.gelu, batch_first=True, norm_first=norm == "pre"
            )
            for _ in range(BLOCKS)
        )
        self.norm = nn.LayerNorm(WIDTH) if norm == "pre" else nn.Identity()
        self.head = nn.Linear(WIDTH, CLASSES)
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(INPUT.positions))

    def forward(self, tokens: Tensor) -> Tensor:
        """(batch, positions) -> (batch, classes)"""
        x = self.tokens(tokens) + self.positions.weight
        for block in self.blocks:
            x = block(x, src_mask=self.mask, is_causal=True)
        return self.head(self.norm(x)[:, -1])


def tokens_and_classes(seeds: int) -> tuple[Tensor, Tensor]:
    """A batch for every seed."""
    random = torch.Generator().manual_seed(0)
    tokens = torch.randint(INPUT.vocabulary, (seeds, BATCH_SIZE, INPUT.positions), generator=random)
    return tokens, torch.randint(CLASSES, (seeds, BATCH_SIZE), generator=random)


def plain_step(norm: str) -> Callable[[], None]:
    """One update of one seed as it is usually written."""
    model = PlainTransformer(norm)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1.0, fused=True)
    tokens, classes = (values[0] for values in tokens_and_classes(1))

    def step() -> None:
        optimiser.zero_grad()
        functional.cross_entropy(model(tokens), classes).backward()
        optimiser.step()

    return step


def own_step(norm: str, seeds: int) -> Callable[[], None]:
    """One update of stacked seeds as a block is trained."""
    settings = model_settings(kind="transformer", blocks=BLOCKS, width=WIDTH, heads=HEADS, norm=norm)
    network = build_network(settings, INPUT, Classes(CLASSES), seeds)
    initialise_by_scheme(network, list(range(seeds)), 1.0, "torch")
    training = TrainingSettings(
        steps=1,
        batch_size=BATCH_SIZE,
        loss="cross_entropy",
        optimizer="adamw",
        learning_rate=1e-3,
        weight_decay=1.0,
    )
    optimiser, loss = build_optimiser(training, network), loss_function("cross_entropy")
    parameters = list(network.parameters())
    tokens, classes = tokens_and_classes(seeds)

    def step() -> None:
        for parameter in parameters:
            parameter.grad = None
        torch.autograd.backward(loss(network(tokens), classes).sum(), inputs=parameters)
        optimiser.step()

    return step


def least_seconds(step: Callable[[], None], steps: int, threads: int) -> float:
    """Least time of one call."""
    clock = time.process_time if threads == 1 else time.perf_counter
    times = []
    for _ in range(steps):
        began = clock()
        step()
        times.append(clock() - began)
    return min(times)


def compare(norm: str, threads: int, rounds: int) -> dict[str, float]:
    """Least seconds of a step of one plain network, of one of ours, and of all stacked seeds."""
    steps = {"plain": plain_step(norm), "one": own_step(norm, 1), "stacked": own_step(norm, SEEDS)}
    seconds = dict.fromkeys(steps, inf)
    with arithmetic(device="cpu", threads=threads, flush_denormal=True):
        for step in steps.values():
            least_seconds(step, WARM_STEPS, threads)
        for _ in range(rounds):
            for name, step in steps.items():
                seconds[name] = min(seconds[name], least_seconds(step, STEPS, threads))
    return seconds


def rows(threads: int = 1, rounds: int = 5) -> list[Row]:
    """Layer normalisation after each sum, as in Fig 8, and before."""
    table: list[Row] = []
    for norm in ("post", "pre"):
        found = compare(norm, threads, rounds)
        name = f"transformer, {norm}-norm, {threads} {'thread' if threads == 1 else 'threads'}"
        table += [
            make_row(
                f"{name}: a step of one seed over that of torch's modules",
                found["one"] / found["plain"],
                "times",
                "<= 1.3",
            ),
            make_row(
                f"{name}: {SEEDS} steps of torch's modules over one of {SEEDS} stacked seeds",
                SEEDS * found["plain"] / found["stacked"],
                "times",
                ">= 1.3",
            ),
            make_row(
                f"{name}: {SEEDS} steps of one seed over one of {SEEDS} stacked seeds",
                SEEDS * found["one"] / found["stacked"],
                "times",
            ),
            make_row(f"{name}: a step of torch's modules", 1e3 * found["plain"], "ms"),
        ]
    return table


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Speed of training transformers.")
    parser.add_argument("--threads", type=int, default=2)
    print_rows(rows(parser.parse_args().threads))
