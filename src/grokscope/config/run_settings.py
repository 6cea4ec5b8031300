"""The settings of one run: everything that decides what a training computes, the seed excluded."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator

from grokscope.config.penalty_settings import JacobianPenaltySettings, LogitPenaltySettings, RegionPenaltySettings
from grokscope.config.section import OneOf, Positive, Section, is_none
from grokscope.config.step_ranges import Steps
from grokscope.data.registry import AnyData
from grokscope.models.registry import AnyModel
from grokscope.training.registry import LOSSES, NAMED_OPTIMISERS


class RankPenaltySettings(Section):
    """A term of the loss that changes the rank of the features, whatever their size (`training.rank_penalty`)."""

    kind: Literal["log_det", "nuclear_norm"] = Field(
        description=(
            "how evenly a batch's variance is spread over all directions: near 0 if one has nearly all of it, 1 if all"
            " are alike"
        )
    )
    strength: float = Field(
        allow_inf_nan=False,
        description=(
            "factor of the measure, in units of the loss: above 0 presses the rank down, below 0 holds it up; 0 is no"
            " penalty"
        ),
    )
    layer: Literal["second_last", "all_hidden"] = Field(
        default="second_last",
        description=(
            "which layer: the one before the logits (P1 Fig 5), or the mean of the measure over all hidden layers"
        ),
    )
    features: Literal["activations", "preactivations"] = Field(
        default="activations",
        description=(
            "what of the layer: what the next layer sees, or what goes into the nonlinearity, as P1 measures rank; the"
            " rank of the latter can be moved by units that are never active, with no effect but a larger weight norm"
        ),
    )


_Penalty = RankPenaltySettings | JacobianPenaltySettings | RegionPenaltySettings | LogitPenaltySettings


class TrainingSettings(Section):
    """Loss, optimiser, batches and arithmetic."""

    model_config = ConfigDict(serialize_by_alias=True)

    steps: Positive = Field(description="number of optimiser updates")
    batch_size: Positive
    loss: Annotated[str, OneOf(LOSSES)] = Field(
        description="mse: mean over batch and outputs against values, or one-hot vectors of classes"
    )
    named_optimizer: Annotated[str, OneOf(NAMED_OPTIMISERS)] = Field(
        alias="optimizer",
        title="Optimizer",
        description="adamw: decoupled weight decay; with all others it is an L2 term in the gradient",
    )
    learning_rate: float = Field(gt=0)
    warm_up: int | None = Field(
        default=None,
        ge=0,
        exclude_if=is_none,
        description=(
            "the learning rate rises linearly over this many updates: update t, counted from 1, has learning_rate *"
            " min(1, t / warm_up); 0 and 1 are none"
        ),
    )
    weight_decay: float = Field(default=0.0, ge=0)
    momentum: float = Field(default=0.9, ge=0, lt=1, description="of sgd; plain_sgd has none")
    betas: tuple[float, float] = Field(default=(0.9, 0.999), description="adam and adamw only")
    dtype: Literal["float32", "float64"] = "float32"
    rank_penalty: RankPenaltySettings | None = Field(
        default=None,
        exclude_if=is_none,
        description="a term of the loss that moves the rank of the features; losses are recorded without it",
    )
    jacobian_penalty: JacobianPenaltySettings | None = Field(
        default=None,
        exclude_if=is_none,
        description="a term of the loss that keeps the outputs from changing with the inputs",
    )
    region_penalty: RegionPenaltySettings | None = Field(
        default=None,
        exclude_if=is_none,
        description="a term of the loss that moves linear regions away from the training points, or holds them there",
    )
    temperature: float | None = Field(
        default=None,
        gt=0,
        allow_inf_nan=False,
        exclude_if=is_none,
        description=(
            "cross_entropy only: the outputs are divided by it before the softmax of the loss; the loss is then this"
            " many times that cross-entropy, so that its gradient in the outputs keeps its size; 1 is none"
        ),
    )
    label_smoothing: float | None = Field(
        default=None,
        ge=0,
        lt=1,
        exclude_if=is_none,
        description=(
            "cross_entropy only: this share of a label is spread over all classes; the loss is then 1 / (1 - share)"
            " times that cross-entropy; 0 is none"
        ),
    )
    logit_penalty: LogitPenaltySettings | None = Field(
        default=None, exclude_if=is_none, description="a term of the loss that keeps the outputs small"
    )
    flush_denormal: bool = Field(
        default=True, description="treat denormal numbers as zero; otherwise training can become slow late"
    )

    @property
    def optimizer(self) -> str:
        """The optimiser that is built, a key of OPTIMISERS: the one that is named, or the one that warms it up."""
        return self.named_optimizer if self.warm_up is None else "warmed_up"

    @property
    def on_logits(self) -> str:
        """What the loss does to the logits, for templates of run ids: `temperature10`, `smoothed0.1`, `penalty0.01`,
        `one_norm`, or several of these; `plain` where it does nothing.
        """
        done = [
            "one_norm" if self.loss == "normalized_cross_entropy" else "",
            "" if self.temperature is None else f"temperature{self.temperature:g}",
            "" if self.label_smoothing is None else f"smoothed{self.label_smoothing:g}",
            "" if self.logit_penalty is None else f"penalty{self.logit_penalty.strength:g}",
        ]
        return "-".join(filter(None, done)) or "plain"

    @field_validator("rank_penalty", "jacobian_penalty", "region_penalty", "logit_penalty")
    @classmethod
    def _none_without_strength(cls, penalty: _Penalty | None) -> _Penalty | None:
        """A penalty of strength 0 is none, so that a sweep over strengths shares the run that has none."""
        return None if penalty is not None and penalty.strength == 0 else penalty

    @field_validator("warm_up")
    @classmethod
    def _none_over_one_update(cls, warm_up: int | None) -> int | None:
        """The first update with the whole learning rate is no warm-up."""
        return None if warm_up in (0, 1) else warm_up

    @field_validator("temperature")
    @classmethod
    def _none_at_one(cls, temperature: float | None) -> float | None:
        """A temperature of 1 is none, so that a sweep over temperatures shares the run that has none."""
        return None if temperature == 1 else temperature

    @field_validator("label_smoothing")
    @classmethod
    def _none_without_share(cls, share: float | None) -> float | None:
        """Smoothing by nothing is none."""
        return None if share == 0 else share


class CheckpointSettings(Section):
    """At which steps the weights are kept; a step is a number of updates done, so step 0 is the initialisation."""

    grid: Literal["omnigrok", "log", "grok_adversarial"] = Field(
        description=(
            "omnigrok: 0 to 29, every 10 below 150, then every ceil(steps/150), as in both papers' MNIST figures; "
            "grok_adversarial: 0 to 29, every 10 to 150, every 100 to 1000, every 1000 (P2's CIFAR figures); "
            "log: `count` steps evenly spaced in log(step + 1). The last step is always kept"
        )
    )
    also: Steps = Field(
        default=[],
        description="further steps at which the weights are kept, and ranges such as {from: 0, to: 90, every: 10}",
    )
    count: int = Field(
        default=60, ge=2, description="log grid only: number of steps, fewer when rounding makes them coincide"
    )


class RunSettings(Section):
    """One complete training configuration, seed excluded."""

    data: AnyData
    model: AnyModel
    training: TrainingSettings
    checkpoints: CheckpointSettings

    @model_validator(mode="after")
    def _possible(self) -> RunSettings:
        if self.training.batch_size > self.data.train_size:
            raise ValueError(
                f"training.batch_size {self.training.batch_size} is larger than data.train_size {self.data.train_size}"
            )
        if self.training.rank_penalty is not None and not self.model.has_hidden_layer:
            raise ValueError(f"training.rank_penalty: this {self.model.kind} has no hidden layer")
        if self.training.region_penalty is not None and not self.model.has_hidden_layer:
            raise ValueError(f"training.region_penalty: this {self.model.kind} has no hidden layer")
        training = self.training
        for key in ("temperature", "label_smoothing"):
            if getattr(training, key) is not None and training.loss != "cross_entropy":
                raise ValueError(
                    f"training.{key}: it changes the loss cross_entropy, and the loss is {training.loss}; leave it out"
                )
        if training.temperature is not None and training.label_smoothing is not None:
            raise ValueError(
                "training.temperature and training.label_smoothing: each changes the softmax alone; leave one of the"
                " two out"
            )
        for key in ("jacobian_penalty", "region_penalty"):
            if getattr(self.training, key) is not None and self.model.batch_norm:
                raise ValueError(
                    f"training.{key}: with model.batch_norm an output depends on the whole batch, so it has no gradient"
                    " in one input alone; leave one of the two out"
                )
        return self
