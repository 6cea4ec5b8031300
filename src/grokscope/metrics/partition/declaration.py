"""What the metric partition says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field, field_validator

from grokscope.config.run_work import RunWork
from grokscope.config.section import Section, is_none
from grokscope.data.declared import Vectors
from grokscope.metrics.declared import ColumnType, MetricDeclaration, Work
from grokscope.metrics.declared_arrays import ArrayDeclaration, ArraysSettings
from grokscope.metrics.partition.shown import CHARTS, CURVES, SLICES

ARCHITECTURES = ("mlp",)
ACTIVATIONS = ("relu", "leaky_relu")
TYPICAL_REGIONS = 100_000
"""For estimates of cost; how many there are is known only once they are counted."""

Number = Annotated[int, Field(ge=0)]


class Through(Section):
    """A square in the plane through three training images, centred on their mean (P2 Figs 2 and 7)."""

    images: list[Number] = Field(
        default=[0, 1, 2], min_length=3, max_length=3, description="their numbers in the training set, from 0"
    )
    size: float = Field(
        default=1.1,
        gt=0,
        description="half-width of the square, in units of the largest distance of an image from their mean",
    )

    @field_validator("images")
    @classmethod
    def _distinct(cls, images: list[int]) -> list[int]:
        if len(set(images)) < 3:
            raise ValueError(f"{images} are not three different images")
        return images


class Around(Section):
    """A square in a random plane through a training image, which is its centre."""

    image: Number = Field(default=0, description="its number in the training set, from 0")
    half_width: float = Field(gt=0, description="in pixels, or in the numbers of vectors")
    plane: Number = Field(default=0, description="number of the draw of the plane, which all seeds share")


class WholeInput(Section):
    """The whole square of inputs of a task with two numbers (P2 Fig 3)."""


class PartitionSettings(ArraysSettings):
    """The linear regions of a network on squares in planes of its input, with their knots and the decision boundary.

    What is drawn later is kept as arrays: a small picture of every slice at each checkpoint at which arrays are kept,
    and the whole partition at those that are nearest to the steps `partitions_at`.
    """

    metric: Literal["partition"] = "partition"
    through: Through | None = Field(default=None, exclude_if=is_none)
    around: Around | None = Field(default=None, exclude_if=is_none)
    input: WholeInput | None = Field(default=None, exclude_if=is_none)
    near: float = Field(
        default=0.1,
        gt=0,
        lt=1,
        description="distance up to which a region counts as near the decision boundary or a training point, as a share"
        " of the square's half-width",
    )
    partitions_at: list[Number] = Field(
        default=[],
        description="steps; whole partitions are kept at the nearest of the checkpoints at which arrays are kept; none:"
        " at the last",
    )
    rows: Literal["all", "last"] = Field(
        default="all",
        description="where the table has rows: at all of the metric's checkpoints, or, where only arrays are wanted, at"
        " the last one",
    )
    picture_pixels: int = Field(
        default=400, ge=0, le=2000, description="width and height of the pictures that are kept; 0 keeps none"
    )

    def steps_with_rows(self, steps: Sequence[int]) -> list[int]:
        """All, or the last."""
        return list(steps if self.rows == "all" else steps[-1:])

    def slices(self) -> list[str]:
        """The slices that are asked for, in order."""
        return [name for name in SLICES if getattr(self, name) is not None]


def work(settings: PartitionSettings, run: RunWork) -> Work:
    """Every vertex goes through the network, one seed after another; a vertex is held with all its pre-activations."""
    regions = TYPICAL_REGIONS * len(settings.slices())
    widest = max(layer.outputs for layer in run.layers)
    return Work(8 * TYPICAL_REGIONS * widest, 3 * regions * run.multiply_adds)


def complaints(settings: PartitionSettings, run: RunWork) -> Iterator[str]:
    """Networks that are not piecewise linear or not followed yet, and slices that do not exist."""
    model, facts = run.settings.model, run.facts
    if model.kind not in ARCHITECTURES:
        yield f"metric partition: its regions are not followed through architecture {model.kind} yet"
    if model.activation not in ACTIVATIONS:
        yield f"metric partition: a network with activation {model.activation} is not piecewise linear"
    if model.batch_norm:
        yield "metric partition: regions are not followed through batch_norm"
    if not settings.slices():
        yield f"metric partition: names no slice; name one of {', '.join(SLICES)}"
    square = isinstance(facts.input, Vectors) and facts.input.length == 2
    if settings.input is not None and not square:
        yield f"input: samples of {run.settings.data.name} are not two numbers"
    for key, images in (
        ("through.images", settings.through.images if settings.through else []),
        ("around.image", [settings.around.image] if settings.around else []),
    ):
        if key == "through.images" and images and facts.input.size < 2:
            yield f"{key} {images}: samples of {run.settings.data.name} are one number each"
        for image in images:
            if image >= run.train_size:
                yield f"{key} {image}: there are {run.train_size} training samples, numbered from 0"


ARRAYS = (
    ArrayDeclaration("slices", "int32", ("slice",), "which slices: places in SLICES"),
    ArrayDeclaration("half_widths", "float64", ("slice",), "half-width of each square"),
    ArrayDeclaration("regions", "int64", ("slice",), "number of regions"),
    ArrayDeclaration("pictures", "uint8", ("slice", "row", "column"), "lines of each slice (see picture.py)"),
    ArrayDeclaration("counts", "int64", ("slice", "array"), "how many rows of the arrays below belong to each slice"),
    ArrayDeclaration("points", "float32", ("point", "coordinate"), "training images that lie in the plane"),
    ArrayDeclaration("boundary", "float32", ("segment", "end", "coordinate"), "decision boundary"),
    ArrayDeclaration("vertices", "float32", ("vertex", "coordinate"), "corners of regions"),
    ArrayDeclaration("edges", "int32", ("edge", "end"), "vertices at the ends of each edge"),
    ArrayDeclaration("edge_layers", "uint8", ("edge",), "layer whose neuron makes the edge; 0 is the square's border"),
    ArrayDeclaration("region_sizes", "int32", ("region",), "number of corners of each region"),
    ArrayDeclaration("region_vertices", "int32", ("corner",), "corners of all regions, one region after the other"),
    ArrayDeclaration("slope_norms", "float32", ("region",), "Frobenius norm of the slope of the outputs in the plane"),
    ArrayDeclaration("classes", "int32", ("region",), "class at each region's centre; -1 where there are no classes"),
    ArrayDeclaration("heights", "float32", ("vertex",), "first output at each vertex; none where there are classes"),
)
"""From `vertices` on they are kept at the steps nearest to `partitions_at` only, and are empty at others."""

VALUES = (
    "regions",
    "edges",
    "edge_length",
    "boundary_length",
    "near_boundary",
    "area_near_boundary",
    "near_points",
    "area_near_points",
    "boundary_contrast",
    "point_contrast",
)
"""Columns of numbers in the table."""
NUMBERS: dict[str, ColumnType] = dict.fromkeys(VALUES, "real")

PARTITION = MetricDeclaration(
    name="partition",
    settings=PartitionSettings,
    measure="grokscope.metrics.partition.measure",
    columns={"slice": "text", "layer": "integer", "half_width": "real", **NUMBERS},
    measured=frozenset({"half_width", *VALUES}),
    work=work,
    complaints=complaints,
    curves=CURVES,
    charts=CHARTS,
    arrays=ARRAYS,
    inputs=("images", "vectors"),
    targets=("classes", "values"),
)
