"""Directions around a point: orthonormal, the same every time, and uniform over rotations."""

import numpy as np
import torch

from grokscope.metrics.local_complexity.frames import point_frames, shared_frame


def test_frames_are_orthonormal_fixed_and_of_their_own() -> None:
    shared, own = shared_frame((3, 4, 4), 25), point_frames(3, (3, 4, 4), 25, stream=0)
    for frame in [shared[:, 0], *own.unbind(1)]:
        np.testing.assert_allclose(frame.flatten(1) @ frame.flatten(1).T, np.eye(25), atol=1e-12)
    assert torch.equal(shared, shared_frame((3, 4, 4), 25))
    assert not torch.allclose(own[:, 0], own[:, 1])
    assert not torch.allclose(own, point_frames(3, (3, 4, 4), 25, stream=1))
    before = torch.random.get_rng_state()
    shared_frame((3, 4, 4), 2)
    assert torch.equal(before, torch.random.get_rng_state())


def test_frames_are_uniform_over_rotations() -> None:
    """Components of Haar-distributed directions have mean 0, mean square 1/D and the kurtosis of a sphere, 3 D / (D +
    2).
    """
    components = point_frames(4000, (1, 2, 2), 2, stream=0).flatten(2)  # (2, 4000, 4)
    np.testing.assert_allclose(components.mean(dim=1), 0, atol=0.04)
    np.testing.assert_allclose(components.square().mean(dim=1), 0.25, atol=0.02)
    np.testing.assert_allclose(
        components.pow(4).mean(dim=1) / components.square().mean(dim=1) ** 2, 3 * 4 / 6, atol=0.2
    )
