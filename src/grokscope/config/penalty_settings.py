"""Terms of the loss that a run may have beside its loss proper; runs without them are as if they did not exist."""

from __future__ import annotations

from pydantic import Field, model_validator

from grokscope.config.section import Positive, Section, is_none


class JacobianPenaltySettings(Section):
    """A term that keeps the outputs from changing with the inputs (`training.jacobian_penalty`)."""

    strength: float = Field(
        ge=0,
        allow_inf_nan=False,
        description=(
            "factor of the mean over the batch of the squared Frobenius norm of the outputs' Jacobian in the inputs, in"
            " units of the loss; 0 is no penalty"
        ),
    )
    projections: Positive = Field(
        default=1,
        description=(
            "orthogonal random combinations of the outputs from which the norm is estimated without bias; with as many"
            " as there are outputs it is exact"
        ),
    )


class RegionPenaltySettings(Section):
    """A term that moves the zero sets of hidden neurons away from the training points, or holds them there
    (`training.region_penalty`).
    """

    strength: float = Field(
        allow_inf_nan=False,
        description=(
            "factor of the mean over the batch and all hidden neurons of exp(-d / distance), d being a point's distance"
            " from the neuron's zero set; above 0 pushes regions away from the training points, below 0 draws them"
            " near, without end once the training set is fitted; 0 is no penalty"
        ),
    )
    distance: float = Field(
        default=0.1, gt=0, allow_inf_nan=False, description="how near counts, in the 2-norm of the inputs (pixels)"
    )
    level: float | None = Field(
        default=None,
        ge=0,
        le=1,
        exclude_if=is_none,
        description=(
            "hold the mean at this level: the term is then strength times its squared distance from the level, and the"
            " strength is above 0"
        ),
    )

    @model_validator(mode="after")
    def _held_by_a_cost(self) -> RegionPenaltySettings:
        if self.level is not None and self.strength < 0:
            raise ValueError(f"strength {self.strength:g}: regions are held at a level by a strength above 0")
        return self


class LogitPenaltySettings(Section):
    """A term that keeps the outputs small (`training.logit_penalty`)."""

    strength: float = Field(
        ge=0,
        allow_inf_nan=False,
        description=(
            "factor of the mean square of the outputs over batch and outputs, in units of the loss; 0 is no penalty"
        ),
    )
