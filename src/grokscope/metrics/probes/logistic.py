"""Multinomial logistic regression for many problems at once, by Newton's method with conjugate gradients."""

from __future__ import annotations

import torch
from torch import Tensor

from grokscope.metrics.probes.ridge import Head

NEWTON_STEPS = 60
CONJUGATE_STEPS = 200
HALVINGS = 40
ROUNDING = 1e-10  # keeps the preconditioner of dependent features positive definite


def logistic_head(features: Tensor, labels: Tensor, classes: int, penalty: float, tolerance: float = 1e-5) -> Head:
    """Minimise mean cross-entropy + penalty / 2 * |weight|^2 over standardised features, not the intercept.

    `features` is `(P, n, F)` of P independent problems, `labels` `(P, n)` int64. The head takes features as they came,
    standardisation folded in. It is what scikit-learn's LogisticRegression finds with C = 1 / (n * penalty). A problem
    stops when the largest entry of its gradient is below `tolerance`. Constant features get weights of zero; a problem
    that is not finite gets a head of NaN.
    """
    features = features.to(torch.float64)
    finite = features.isfinite().flatten(1).all(dim=1)[:, None, None]
    features = torch.where(finite, features, 0.0)
    centre = features.mean(dim=1, keepdim=True)
    deviation = features.std(dim=1, keepdim=True, correction=0)
    constant = deviation <= 1e-12 * centre.abs()
    standard = torch.where(constant, 0.0, (features - centre) / torch.where(constant, 1.0, deviation))
    inputs = torch.cat([standard, torch.ones_like(standard[:, :, :1])], dim=2)
    solution = _Problem(inputs, torch.nn.functional.one_hot(labels, classes).to(torch.float64), penalty).solve(
        tolerance
    )
    weight = torch.where(
        constant.transpose(1, 2), 0.0, solution[:, :-1] / torch.where(constant, 1.0, deviation).transpose(1, 2)
    )
    bias = solution[:, -1:] - centre @ weight
    return Head(weight=torch.where(finite, weight, torch.nan), bias=torch.where(finite, bias, torch.nan))


class _Problem:
    """The objective of P problems: inputs (P, n, D) with ones last, targets (P, n, K), coefficients (P, D, K)."""

    def __init__(self, inputs: Tensor, targets: Tensor, penalty: float) -> None:
        self.inputs, self.targets, self.count = inputs, targets, inputs.shape[1]
        self.penalty = inputs.new_full((1, inputs.shape[2], 1), penalty)
        self.penalty[:, -1] = 0.0
        # Half the Gram matrix bounds the Hessian of every class (Böhning 1992), which makes it a good preconditioner.
        bound = inputs.transpose(1, 2) @ inputs / (2 * self.count)
        self.factor = torch.linalg.cholesky(bound + torch.diag(self.penalty[0, :, 0] + ROUNDING))

    def value(self, coefficients: Tensor) -> Tensor:
        """Objective `(P,)`."""
        scores = self.inputs @ coefficients
        entropy = (scores.logsumexp(dim=2) - (scores * self.targets).sum(dim=2)).mean(dim=1)
        return entropy + (self.penalty * coefficients**2).sum(dim=(1, 2)) / 2

    def gradient(self, coefficients: Tensor) -> tuple[Tensor, Tensor]:
        """Gradient `(P, D, K)` and the class probabilities `(P, n, K)` it was made of."""
        probabilities = (self.inputs @ coefficients).softmax(dim=2)
        back = self.inputs.transpose(1, 2) @ (probabilities - self.targets)
        return back / self.count + self.penalty * coefficients, probabilities

    def curvature(self, probabilities: Tensor, direction: Tensor) -> Tensor:
        """Hessian times direction, `(P, D, K)`."""
        weighted = probabilities * (self.inputs @ direction)
        weighted = weighted - probabilities * weighted.sum(dim=2, keepdim=True)
        return self.inputs.transpose(1, 2) @ weighted / self.count + self.penalty * direction

    def newton_direction(self, gradient: Tensor, probabilities: Tensor) -> Tensor:
        """Conjugate gradients on Hessian * direction = -gradient, each problem to a share of its own gradient."""
        direction, residual = torch.zeros_like(gradient), -gradient
        preconditioned = torch.cholesky_solve(residual, self.factor)
        search, product = preconditioned, _inner(residual, preconditioned)
        size = product.sqrt()
        wanted = size * torch.minimum(
            torch.full_like(size, 0.1), size.sqrt()
        )  # tighter near the end: faster than linear convergence
        for _ in range(CONJUGATE_STEPS):
            active = product.sqrt() > wanted
            if not active.any():
                break
            bent = self.curvature(probabilities, search)
            length = torch.where(active, product / _inner(search, bent).clamp_min(1e-300), 0.0)
            direction, residual = direction + length * search, residual - length * bent
            preconditioned = torch.cholesky_solve(residual, self.factor)
            renewed = _inner(residual, preconditioned)
            search = torch.where(active, preconditioned + renewed / product.clamp_min(1e-300) * search, search)
            product = torch.where(active, renewed, product)
        return direction

    def solve(self, tolerance: float) -> Tensor:
        """Coefficients `(P, D, K)` with no entry of the gradient above `tolerance`."""
        coefficients = torch.zeros_like(self.inputs[:, 0, :, None] * self.targets[:, :1])
        value = self.value(coefficients)
        for _ in range(NEWTON_STEPS):
            gradient, probabilities = self.gradient(coefficients)
            active = gradient.abs().amax(dim=(1, 2)) > tolerance
            if not active.any():
                break
            direction = self.newton_direction(gradient, probabilities)
            slope = _inner(gradient, direction).flatten()
            length = active.to(direction.dtype)
            for _ in range(HALVINGS):  # of the step of every problem, until its objective falls enough
                candidate = coefficients + length[:, None, None] * direction
                reached = self.value(candidate)
                poor = reached > value + 1e-4 * length * slope + 1e-14 * value.abs()
                if not poor.any():
                    break
                length = torch.where(poor, length / 2, length)
            coefficients, value = candidate, reached
        return coefficients


def _inner(left: Tensor, right: Tensor) -> Tensor:
    return (left * right).sum(dim=(1, 2), keepdim=True)
