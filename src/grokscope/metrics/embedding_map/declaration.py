"""What the metric embedding_map says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field, field_validator

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, Work
from grokscope.metrics.declared_arrays import ArrayDeclaration, ArraysSettings
from grokscope.metrics.declared_curves import ALL, CurveDeclaration, CurveOption
from grokscope.metrics.embedded_inputs import (
    no_counted_layer,
    no_embedding,
    numbers_at_vertices,
    sequence_size,
    too_many_directions,
)

Number = Annotated[int, Field(ge=0)]


class EmbeddingMapSettings(ArraysSettings):
    """Local complexity inside every block on a square of the plane through three embedded training sequences.

    The square is centred on their mean. Each seed has its own plane at each checkpoint, since its embedding moves.
    """

    metric: Literal["embedding_map"] = "embedding_map"
    radius: float = Field(gt=0, description="in the units that `measured` says")
    measured: Literal["fixed", "relative"] = Field(
        default="fixed",
        description="fixed: in units of the embedding; relative: in multiples of the mean L2 norm of the seed's"
        " embedded training sequences at the checkpoint",
    )
    positions: Literal["all", "last"] = Field(
        default="all", description="whether the neurons of all tokens count or those of the last one"
    )
    directions: int = Field(default=25, gt=0, description="P: the neighbourhood has 2P vertices x +- r v")
    grid: int = Field(default=128, ge=2, description="points along each side of the square, its borders included")
    size: float = Field(
        default=1.1,
        gt=0,
        description="half-width of the square, in units of the largest distance of a sequence from their mean",
    )
    samples: list[Number] | None = Field(
        default=None,
        min_length=3,
        max_length=3,
        description="numbers of the three sequences in the training set, from 0; none: evenly spaced in their order",
    )
    maps_at: list[Number] = Field(
        default=[],
        description="steps; maps are made at the nearest of the metric's checkpoints, and the table has rows there"
        " alone; none: at all of them",
    )
    arrays_at_most: int = Field(
        default=1000,
        ge=1,
        description="maps are kept at this many of the metric's checkpoints, evenly spaced in their order, the first"
        " and last included; 1 keeps those of the last",
    )

    def steps_with_rows(self, steps: Sequence[int]) -> list[int]:
        """Those of maps: all, or the nearest to each wanted one."""
        if not self.maps_at:
            return list(steps)
        return sorted({min(steps, key=lambda step: abs(step - wanted)) for wanted in self.maps_at})

    @field_validator("samples")
    @classmethod
    def _distinct(cls, samples: list[int] | None) -> list[int] | None:
        if samples is not None and len(set(samples)) < 3:
            raise ValueError(f"{samples} are not three different sequences")
        return samples


def work(settings: EmbeddingMapSettings, run: RunWork) -> Work:
    """All vertices around all points of the grid go through the network, of one seed after the other; the maps of the
    table are held until the arrays are written.
    """
    points = settings.grid**2
    maps = sum(layer.counted for layer in run.layers) * run.seeds * max(1, len(settings.maps_at))
    held = 2 * points * (1 + maps) + 4 * sequence_size(run) * settings.grid
    return Work(
        held + numbers_at_vertices(run, settings.directions, seeds=1),
        2 * settings.directions * points * run.multiply_adds,
    )


def complaints(settings: EmbeddingMapSettings, run: RunWork) -> Iterator[str]:
    """Networks without an embedding, too many directions, and samples that there are not."""
    yield from no_embedding(run, settings.metric)
    yield from no_counted_layer(run, settings.metric)
    yield from too_many_directions(run, settings.directions)
    for number in settings.samples or ():
        if number >= run.train_size:
            yield f"samples {number}: there are {run.train_size} training samples, numbered from 0"
    if run.train_size < 3:
        yield f"metric embedding_map: {run.train_size} training samples span no plane; it takes three"


OPTIONS = {
    "layer": CurveOption(
        "layer",
        "0 for all blocks together, the number of a layer inside a block, or all, each in its own colour",
        0,
        several=True,
        all_above=0,
        axis=", layer {}",
        words={"0": ", all blocks", ALL: ", each layer"},
    )
}

EMBEDDING_MAP = MetricDeclaration(
    name="embedding_map",
    settings=EmbeddingMapSettings,
    measure="grokscope.metrics.embedding_map.measure",
    columns={"layer": "integer", "value": "real", "highest": "real", "near": "real"},
    measured=frozenset({"value", "highest", "near"}),
    work=work,
    complaints=complaints,
    curves=(
        CurveDeclaration(
            name="complexity_of_plane",
            column="value",
            words="mean local complexity on the plane through three embedded training sequences",
            quantity="complexity",
            from_zero=True,
            options=OPTIONS,
            axis="local complexity on a plane{layer}\n(neurons cut)",
        ),
        CurveDeclaration(
            name="complexity_near_samples",
            column="near",
            words="mean local complexity near the three training sequences of the plane",
            quantity="complexity",
            from_zero=True,
            options=OPTIONS,
            axis="local complexity on a plane{layer}\n(neurons cut)",
        ),
    ),
    arrays=(
        ArrayDeclaration("layers", "int32", ("block",), "number of the layer of each map; none where no map is made"),
        ArrayDeclaration(
            "maps",
            "int32",
            ("block", "row", "column"),
            "neurons cut, -1 where a pre-activation is NaN; columns from -half_width to half_width along the first axis"
            " of the plane, rows along the second",
        ),
        ArrayDeclaration("radius", "float64", ("map",), "radius, in units of the embedding"),
        ArrayDeclaration("half_width", "float64", ("map",), "half the side of the square, in units of the embedding"),
        ArrayDeclaration(
            "samples", "float64", ("sample", "coordinate"), "the three sequences, in coordinates of the plane"
        ),
    ),
    inputs=("tokens",),
)
