"""What the metric embedding_complexity says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work
from grokscope.metrics.declared_curves import ALL, Chart, CurveDeclaration, CurveOption, FirstOf, Smallest
from grokscope.metrics.embedded_inputs import (
    UNITS,
    no_counted_layer,
    no_embedding,
    numbers_at_vertices,
    sequence_size,
    too_many_directions,
)
from grokscope.metrics.few_points import AT_POINTS, FewPoints, no_points

Radius = Annotated[float, Field(gt=0)]
POSITIONS = ("all", "last")
"""Which tokens' neurons count."""


class SequenceCounts(FewPoints):
    """How many embedded sequences of each kind are looked at; 0 leaves the kind out."""

    train: int = Field(default=1024, ge=0)
    test: int = Field(default=1024, ge=0)
    random: int = Field(default=1024, ge=0, description="drawn as the setting `random` says")


class EmbeddingComplexitySettings(MetricSettings):
    """Number of neurons of a transformer's blocks whose zero set cuts a neighbourhood of an embedded sequence."""

    metric: Literal["embedding_complexity"] = "embedding_complexity"
    radii: list[Radius] = Field(default=[], description="in units of the embedding")
    relative_radii: list[Radius] = Field(
        default=[],
        description="in multiples of the mean L2 norm of the seed's embedded training sequences at the checkpoint",
    )
    directions: int = Field(default=25, gt=0, description="P: the neighbourhood has 2P vertices x +- r v")
    points: SequenceCounts = SequenceCounts()
    random: Literal["unit_box", "embedding_range"] = Field(
        default="unit_box",
        description="random sequences: unit_box: every number of the embedded sequence is uniform in [-1, 1] (P2 Fig"
        " 8); embedding_range: uniform between the smallest and the largest number of the seed's token embedding at the"
        " checkpoint, with the embedding of the positions added (P2 Fig 9)",
    )


def work(settings: EmbeddingComplexitySettings, run: RunWork) -> Work:
    """All vertices go through what follows the embedding."""
    points = settings.points.number
    vertices = points * 2 * settings.directions * (len(settings.radii) + len(settings.relative_radii))
    held = sequence_size(run) * (points + settings.directions * run.seeds)
    return Work(
        held + numbers_at_vertices(run, settings.directions, run.seeds), (vertices + points) * run.multiply_adds
    )


def complaints(settings: EmbeddingComplexitySettings, run: RunWork) -> Iterator[str]:
    """Networks without an embedding, no radii, too many directions, or no points."""
    yield from no_embedding(run, settings.metric)
    yield from no_counted_layer(run, settings.metric)
    if not settings.radii and not settings.relative_radii:
        yield "radii: there are neither any nor any relative_radii; name some"
    yield from too_many_directions(run, settings.directions)
    yield from no_points(settings.points)


OPTIONS = {
    "split": AT_POINTS,
    "radius": CurveOption(
        "number",
        "in the units that `measured` says; the default is the smallest that was measured in either, so name it where"
        " a table holds both",
        Smallest(),
        above=0,
        axis="; radius {}",
    ),
    "measured": CurveOption(
        "choice",
        "whether the radius is fixed, in units of the embedding, or relative, in multiples of the mean norm of the"
        " seed's embedded training sequences at that step; the default is the first of these that was measured",
        FirstOf(UNITS),
        choices=UNITS,
        words={"fixed": " in units of the embedding", "relative": " times the embedding's norm"},
    ),
    "positions": CurveOption(
        "choice",
        "whether the neurons of all tokens count or those of the last one",
        "all",
        choices=POSITIONS,
        words={"all": "", "last": ", last token"},
    ),
}
LAYER = CurveOption(
    "layer",
    "number of a layer inside a block, or all, each in its own colour",
    2,
    several=True,
    all_above=0,
    axis=", layer {}",
    words={ALL: ", each layer"},
)

EMBEDDING_COMPLEXITY = MetricDeclaration(
    name="embedding_complexity",
    settings=EmbeddingComplexitySettings,
    measure="grokscope.metrics.embedding_complexity.measure",
    columns={
        "split": "text",
        "measured": "text",
        "radius": "real",
        "positions": "text",
        "layer": "integer",
        "value": "real",
        "deviation": "real",
        "points": "integer",
    },
    measured=frozenset({"value", "deviation", "points"}),
    work=work,
    complaints=complaints,
    curves=(
        CurveDeclaration(
            name="embedding_complexity",
            column="value",
            words="local complexity around embedded sequences",
            quantity="complexity",
            from_zero=True,
            where={"layer": 0},
            options=OPTIONS,
            axis="local complexity{split}{positions}\n(neurons cut{radius}{measured})",
        ),
        CurveDeclaration(
            name="embedding_complexity_of_layer",
            column="value",
            words="local complexity of a layer around embedded sequences",
            quantity="complexity",
            from_zero=True,
            options={**OPTIONS, "layer": LAYER},
            axis="local complexity{layer}{split}{positions}\n(neurons cut{radius}{measured})",
        ),
    ),
    charts=tuple(
        Chart(
            name=f"embedding_complexity_{units}",
            column="value",
            title=f"Local complexity of all blocks and tokens, radius {{radius}}{words}",
            label="neurons cut",
            caption=f"Local complexity around embedded sequences (neurons that cut a neighbourhood of radius {{radius}}"
            f"{words}, all blocks and tokens).",
            by="split",
            each="radius",
            where={"measured": units, "positions": "all", "layer": 0},
            card_title="local complexity",
        )
        for units, words in OPTIONS["measured"].words.items()
    ),
    inputs=("tokens",),
)
