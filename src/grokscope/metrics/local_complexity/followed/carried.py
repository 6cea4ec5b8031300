"""A chunk of points with the directions of their frame, carried through a network layer by layer.

With s the slopes of the nonlinearity at the point and z_v a neuron's value at a vertex v = x +- r v_p,

    f(z_v) = s z_v + (f(z_v) - s z_v),

where the second term is zero but for the neurons that flip, those whose sign at some vertex is not that at the point.
Everything else between the nonlinearities is affine. So by induction every layer is, at the vertices,

    (layer at x) +- r (first derivative of the layer along v_p) + coefficients of flips @ their effect on this layer.

The first two terms, `centre` and `spread`, serve all radii and both signs; the effect of a neuron of a convolution that
flips is confined to a window that grows from layer to layer (`Patches`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from grokscope.metrics.local_complexity.followed.flips import Doubtful, Flips, PerPoint
from grokscope.metrics.local_complexity.followed.patches import Patches
from grokscope.metrics.local_complexity.followed.rows import Rows
from grokscope.metrics.local_complexity.followed.spread import Spread
from grokscope.metrics.local_complexity.followed.units import Units

Effect = Patches | Rows | Units


ROUNDING = 8
"""What is smaller than this many units in the last place of the terms that it is the sum of counts as zero."""


class CannotFollow(Exception):
    """Something is not finite, or following would take longer than sending every vertex through the network."""


@dataclass
class Count:
    """What is counted on the way: cuts `(radii, n, layers)` of one seed."""

    radii: Sequence[float]
    negative_slope: float
    cuts: Tensor
    allowed: float
    """Flips of all layers together, for each point, up to which it is worth while."""

    flips: int = 0

    def add(self, flips: int, points: int) -> None:
        """Raise CannotFollow where there are more than allowed."""
        self.flips += flips
        if self.flips > self.allowed * points:
            raise CannotFollow


@dataclass(frozen=True)
class Carried:
    """A layer, or what lies between two: `centre` `(n, *layer)`, the `spread` and the effects of neurons that flip."""

    count: Count
    centre: Tensor
    spread: Spread
    effects: tuple[Any, ...] = field(default=())

    def convolved(self, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Carried:
        """Through a convolution, `weight` `(C', C, k, k)`."""
        centre = functional.conv2d(self.centre, weight, bias, stride=stride, padding=padding)
        size = (centre.shape[2], centre.shape[3])
        return Carried(
            self.count,
            centre,
            self.spread.through(lambda x: functional.conv2d(x, weight, stride=stride, padding=padding)),
            tuple(effect.convolved(weight, stride, padding, size) for effect in self.effects),
        )

    def by_channel(self, factor: Tensor, shift: Tensor) -> Carried:
        """Times a factor and plus a shift for each channel, both `(C,)`."""
        factors = factor[:, None, None]
        return Carried(
            self.count,
            self.centre * factors + shift[:, None, None],
            self.spread.through(lambda x: x * factors),
            tuple(effect.by_channel(factor) for effect in self.effects),
        )

    def pooled(self, window: tuple[int, int]) -> Carried:
        """Through an average pooling."""
        return Carried(
            self.count,
            functional.avg_pool2d(self.centre, window),
            self.spread.through(lambda x: functional.avg_pool2d(x, window)),
            tuple(effect.pooled(window) for effect in self.effects),
        )

    def linear(self, weight: Tensor, bias: Tensor) -> Carried:
        """Flattened, through a linear layer, `weight` `(in, out)`."""
        return Carried(
            self.count,
            self.centre.flatten(1) @ weight + bias,
            self.spread.through(lambda x: x.flatten(1) @ weight),
            tuple(effect.linear(weight) for effect in self.effects),
        )

    def plus(self, other: Carried) -> Carried:
        """The sum of two branches."""
        own, others = ({id(effect.flips): effect for effect in side.effects} for side in (self, other))
        effects = tuple(
            own[flips].plus(others[flips]) if flips in own and flips in others else (own | others)[flips]
            for flips in own | others
        )
        return Carried(self.count, self.centre + other.centre, self.spread.plus(other.spread), effects)

    def activated(self, layer: int) -> Carried:
        """Through the nonlinearity, whose input is what the network reports as `layer`; its cuts are counted."""
        doubtful, values = self.counted(layer)
        negative, owners = self.count.negative_slope, doubtful.rows.owners
        slope = self.centre.sign().clamp_min_(negative)
        # f(z_v) - s z_v is (1 - negative slope) |z_v| on the other side of zero
        side = (1 + negative) - 2 * slope.flatten(1)[owners, doubtful.neurons]
        coefficients = values.mul_(side[:, None]).relu_()
        flip = coefficients.any(dim=1).nonzero()[:, 0]
        effects = [effect.scaled(slope) for effect in self.effects]
        if len(flip):
            self.count.add(len(flip), len(self.centre))
            flips = Flips(PerPoint(owners[flip], len(self.centre)), coefficients[flip])
            effects.append(Units(flips, doubtful.neurons[flip], self.centre.shape[1:]))
        return Carried(self.count, self.centre * slope, self.spread.scaled(slope), tuple(effects))

    def reported(self, layer: int) -> Carried:
        """What the network reports as `layer` without a nonlinearity after it: its cuts are counted."""
        self.counted(layer)
        return self

    def counted(self, layer: int) -> tuple[Doubtful, Tensor]:
        """Count the cuts of what is reported as `layer`; returns the doubtful neurons and their values `(D, radii *
        2P)`. Raises CannotFollow where something is not finite.
        """
        radii = self.count.radii
        distance, added = self.centre.abs(), self.spread.reach() * max(radii)
        if not math.isfinite(distance.sum() + added.sum()):
            raise CannotFollow
        if self.effects:
            added = added + self._most_of_effects()
        doubtful = Doubtful.of((distance - added).flatten(1))
        # a neuron without bias is exactly 0 where all that it sees is dead; here, the terms cancel but for rounding
        size = (distance + added).flatten(1)[doubtful.rows.owners, doubtful.neurons]
        values = self._at(doubtful)
        values.masked_fill_(values.abs() <= (ROUNDING * torch.finfo(size.dtype).eps * size)[:, None], 0.0)
        by_radius = values.unflatten(1, (len(radii), -1))
        cut = (by_radius.amin(dim=2).sign() != by_radius.amax(dim=2).sign()).double()
        sums = cut.new_zeros(len(self.centre), len(radii)).index_add_(0, doubtful.rows.owners, cut)
        self.count.cuts[:, :, layer - 1] = sums.T
        return doubtful, values

    def _most_of_effects(self) -> Tensor:
        """The most that all effects together add in size, of the shape of `centre`."""
        points, width = self.centre.shape[:2]
        if self.centre.dim() == 2:
            bound = torch.zeros_like(self.centre)
        else:
            bound = self.centre.new_zeros(points * self.centre.shape[2:].numel() + 1, width)
        for effect in self.effects:
            effect.added_to(bound)
        if self.centre.dim() == 2:
            return bound
        return bound[:-1].view(points, *self.centre.shape[2:], width).permute(0, 3, 1, 2)

    def _at(self, doubtful: Doubtful) -> Tensor:
        """Values of the doubtful neurons at the vertices of all radii, `(D, radii * 2P)`."""
        owners, neurons = doubtful.rows.owners, doubtful.neurons
        centre = self.centre.flatten(1)[owners, neurons][:, None]
        spread = self.spread.at(owners, neurons)
        values = torch.cat([centre + sign * radius * spread for radius in self.count.radii for sign in (1, -1)], dim=1)
        if self.effects:
            more = torch.stack([torch.bmm(effect.at(doubtful).mT, effect.flips.table) for effect in self.effects]).sum(
                dim=0
            )
            values += more[owners, doubtful.rows.place]
        return values
