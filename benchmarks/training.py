"""Speed of the training loop, as ratios of times taken side by side in one process.

    python benchmarks/training.py [--threads 2]

The yardsticks are `torch.bmm` alone on the matrix products that a step needs, and a step as P1's released code makes
it: one network of torch's own layers in float64, and a shuffling DataLoader over torchvision's MNIST, which turns every
image into a picture and back. Every round times all sides in turn, and the fastest step of each side counts: what else
the machine does can only add to a time. With one thread the times are of the processor, which hardly depend on what
else it does; with more they are of the clock.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import inf

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision.datasets import MNIST
from torchvision.transforms import ToTensor

from grokscope.config.run_settings import RunSettings
from grokscope.training.arithmetic import arithmetic
from grokscope.training.train import train_block
from rows import Row, make_row, print_rows

PIXELS, CLASSES, BATCH_SIZE, TRAIN_SIZE = 784, 10, 200, 2000
WARM_STEPS = 3


@dataclass(frozen=True)
class Case:
    """A block of MLPs; `steps` are timed in each round."""

    depth: int
    width: int
    seeds: int
    steps: int
    threads: int

    def clock(self) -> float:
        """Seconds since some moment."""
        return time.process_time() if self.threads == 1 else time.perf_counter()

    @property
    def sizes(self) -> list[int]:
        """Units of every layer, the input included."""
        return [PIXELS, *[self.width] * (self.depth - 1), CLASSES]

    @property
    def name(self) -> str:
        """For the rows."""
        return (
            f"depth {self.depth}, width {self.width}, {self.seeds} seeds, {self.threads}"
            f" {'thread' if self.threads == 1 else 'threads'}"
        )


@dataclass(frozen=True)
class RandomImages:
    """A data set of noise in the shape of MNIST."""

    name: str
    train_inputs: np.ndarray
    train_targets: np.ndarray


def random_images() -> RandomImages:
    """`TRAIN_SIZE` images of noise."""
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (TRAIN_SIZE, 1, 28, 28), dtype=np.uint8)
    return RandomImages("mnist", images, random.integers(0, CLASSES, TRAIN_SIZE))


def least_seconds(case: Case, run: Callable[[], object]) -> float:
    """Least time of one call of `case.steps`."""
    times = []
    for _ in range(case.steps):
        began = case.clock()
        run()
        times.append(case.clock() - began)
    return min(times)


def block_seconds(case: Case, dataset: RandomImages) -> float:
    """Least time of one step of `train_block`, everything in the loop included."""
    settings = RunSettings.model_validate(
        {
            "data": {"name": "mnist", "train_size": TRAIN_SIZE},
            "model": {"kind": "mlp", "depth": case.depth, "width": case.width},
            "training": {
                "steps": WARM_STEPS + case.steps + 1,
                "batch_size": BATCH_SIZE,
                "loss": "mse",
                "optimizer": "adamw",
                "learning_rate": 1e-3,
                "weight_decay": 0.01,
            },
            "checkpoints": {"grid": "log", "count": 2},
        }
    )
    times: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        train_block(
            settings,
            dataset,
            list(range(case.seeds)),
            folder,
            threads=case.threads,
            stream=io.StringIO(),
            on_step=lambda _: times.append(case.clock()),
        )
    # the last step writes the checkpoint
    return min(later - earlier for earlier, later in pairwise(times[WARM_STEPS - 1 : -1]))


def products(case: Case) -> list[tuple[Tensor, Tensor, Tensor]]:
    """(left, right, out) of every matrix product of a step: outputs, weight gradients, and input gradients but the
    first layer's.
    """
    made = []
    for layer, (inputs, outputs) in enumerate(pairwise(case.sizes)):
        x, weight = torch.rand(case.seeds, BATCH_SIZE, inputs), torch.rand(case.seeds, inputs, outputs)
        z = torch.rand(case.seeds, BATCH_SIZE, outputs)
        made.append((x, weight, torch.empty_like(z)))
        made.append((x.transpose(1, 2), z, torch.empty_like(weight)))
        if layer > 0:
            made.append((z, weight.transpose(1, 2), torch.empty_like(x)))
    return made


def multiply(made: list[tuple[Tensor, Tensor, Tensor]]) -> None:
    """All matrix products of a step and nothing else."""
    for left, right, out in made:
        torch.bmm(left, right, out=out)


def as_torchvision(dataset: RandomImages) -> MNIST:
    """The images as torchvision's MNIST, without its files."""
    made = MNIST.__new__(MNIST)
    made.data, made.targets = torch.as_tensor(dataset.train_inputs)[:, 0], torch.as_tensor(dataset.train_targets)
    made.transform, made.target_transform = ToTensor(), None
    return made


def authors_step(case: Case, dataset: RandomImages) -> Callable[[], None]:
    """One update of one seed as P1's released code makes it: float64, a DataLoader, linear layers in a Sequential,
    AdamW as it comes.
    """
    layers: list[nn.Module] = [nn.Flatten()]
    for layer, (inputs, outputs) in enumerate(pairwise(case.sizes), start=1):
        layers += [nn.Linear(inputs, outputs), *([nn.ReLU()] if layer < case.depth else [])]
    model = nn.Sequential(*layers).double()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
    loader = DataLoader(as_torchvision(dataset), batch_size=BATCH_SIZE, shuffle=True)
    one_hot, loss_function = torch.eye(CLASSES, dtype=torch.float64), nn.MSELoss()

    def forever() -> Iterator[list[Tensor]]:
        while True:
            yield from loader

    batches = forever()

    def step() -> None:
        before = torch.get_default_dtype()
        torch.set_default_dtype(torch.float64)  # of the images that ToTensor makes
        try:
            inputs, labels = next(batches)
        finally:
            torch.set_default_dtype(before)
        optimiser.zero_grad()
        model.train()
        loss_function(model(inputs), one_hot[labels]).backward()
        optimiser.step()

    return step


def compare(case: Case, dataset: RandomImages, rounds: int) -> dict[str, float]:
    """Least seconds of a step (`block`), of its matrix products alone (`bare`) and of one seed's step the authors' way
    (`authors`).
    """
    made, step = products(case), authors_step(case, dataset)
    seconds = {"block": inf, "bare": inf, "authors": inf}
    for _ in range(rounds):
        with arithmetic(device="cpu", threads=case.threads, flush_denormal=True):
            seconds["bare"] = min(seconds["bare"], least_seconds(case, lambda: multiply(made)))
            seconds["authors"] = min(seconds["authors"], least_seconds(case, step))
        seconds["block"] = min(seconds["block"], block_seconds(case, dataset))
    return seconds


def rows(threads: int = 1, rounds: int = 5) -> list[Row]:
    """P1's largest network, which has targets, and a small one."""
    dataset = random_images()
    table: list[Row] = []
    for case, share_target, times_target in (
        (Case(12, 400, 4, 10, threads), ">= 0.65", ">= 3"),
        (Case(4, 100, 3, 30, threads), "", ""),
    ):
        seconds = compare(case, dataset, rounds)
        block, bare, authors = seconds["block"], seconds["bare"], seconds["authors"]
        table += [
            make_row(f"training, {case.name}: rate over that of bare torch.bmm", bare / block, "times", share_target),
            make_row(
                f"training, {case.name}: seeds x steps a second over the authors' way",
                case.seeds * authors / block,
                "times",
                times_target,
            ),
            make_row(f"training, {case.name}: a step of all seeds", 1e3 * block, "ms"),
            make_row(f"training, {case.name}: its products with bare torch.bmm", 1e3 * bare, "ms"),
            make_row(f"training, {case.name}: a step of one seed the authors' way", 1e3 * authors, "ms"),
        ]
    return table


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Speed of the training loop.")
    parser.add_argument("--threads", type=int, default=2)
    print_rows(rows(parser.parse_args().threads))
