"""First derivatives of a layer along the directions of a frame, for a few points at a time, which the cache holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True)
class Spread:
    """Of n points; `groups` are `(g, P, *layer)` each, `g` points one after the other, or `(1, P, *layer)` where all
    points share them. `slope` `(n, *layer)` is still to be multiplied.
    """

    points: int
    group: int
    groups: tuple[Tensor, ...]
    slope: Tensor | None = None

    @staticmethod
    def of(spread: Tensor, points: int, group: int) -> Spread:
        """`spread` `(n or 1, P, *layer)`, `group` points at a time."""
        number = -(-points // group)
        return Spread(points, group, spread.split(group) if len(spread) == points else (spread,) * number)

    def parts(self) -> list[slice]:
        """Which points are in each group."""
        return [slice(start, min(start + self.group, self.points)) for start in range(0, self.points, self.group)]

    def through(self, affine: Callable[[Tensor], Tensor]) -> Spread:
        """Through `affine`, which takes `(rows, *layer)` and adds no bias."""
        return Spread(
            self.points,
            self.group,
            tuple(affine(values.flatten(0, 1)).unflatten(0, values.shape[:2]) for values in self._scaled()),
        )

    def scaled(self, slope: Tensor) -> Spread:
        """Times `slope` `(n, *layer)`."""
        assert self.slope is None
        return replace(self, slope=slope)

    def plus(self, other: Spread) -> Spread:
        """The sum with another one."""
        pairs = zip(self._scaled(), other._scaled(), strict=True)
        return Spread(self.points, self.group, tuple(one + two for one, two in pairs))

    def reach(self) -> Tensor:
        """Largest size along any direction `(n, *layer)`."""
        assert self.slope is None
        # torch reduces whole stretches of memory quickly, so the channels, which lie next to each other, come last
        images = self.groups[0].dim() == 5
        found = [_reach(values.movedim(2, 4)).movedim(3, 1) if images else _reach(values) for values in self.groups]
        return torch.cat(
            [
                of_group.expand(part.stop - part.start, *of_group.shape[1:])
                for of_group, part in zip(found, self.parts(), strict=True)
            ]
        )

    def at(self, owners: Tensor, neurons: Tensor) -> Tensor:
        """Of `neurons` `(M,)` of the points `owners` `(M,)`, in ascending order: `(M, P)`."""
        assert self.slope is None
        bounds = torch.bucketize(
            torch.tensor([part.stop for part in self.parts()], device=owners.device), owners
        ).tolist()
        found, start = [], 0
        for values, part, stop in zip(self.groups, self.parts(), bounds, strict=True):
            within = (owners[start:stop] - part.start) if len(values) > 1 else torch.zeros_like(owners[start:stop])
            place = torch.unravel_index(neurons[start:stop], values.shape[2:])
            found.append(values[(within, slice(None), *place)])
            start = stop
        return torch.cat(found)

    def _scaled(self) -> tuple[Tensor, ...] | list[Tensor]:
        if self.slope is None:
            return self.groups
        return [values * self.slope[part, None] for values, part in zip(self.groups, self.parts(), strict=True)]


def _reach(values: Tensor) -> Tensor:
    """Largest size over the directions `(g, ...)` of `values` `(g, P, ...)`."""
    return torch.maximum(values.amax(dim=1), values.amin(dim=1).neg_())
