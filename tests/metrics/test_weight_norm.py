import numpy as np
import pytest

from grokscope.metrics.tables import ALL_LAYERS
from grokscope.metrics.weight_norm import measure as weight_norm
from grokscope.metrics.weight_norm.declaration import WeightNormSettings
from metrics_helpers import SEEDS, initialised, random_context, run_settings, spoil


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
@pytest.mark.parametrize("batch_norm", [False, True])
def test_norms_by_layer_and_in_total(kind: str, batch_norm: bool) -> None:
    settings = run_settings(kind=kind, width=4, batch_norm=batch_norm)
    network = initialised(settings)
    table = weight_norm.build(WeightNormSettings(), random_context(settings))(network, 5)
    for position, seed in enumerate(SEEDS):
        own = table[table.seed == seed].set_index("layer")["norm"]
        assert sorted(own.index) == list(range(len(network.layer_kinds) + 1))
        values = {
            name: value[position].detach().numpy().astype(float).ravel() for name, value in network.named_parameters()
        }
        assert own[ALL_LAYERS] == pytest.approx(np.linalg.norm(np.concatenate(list(values.values()))))
        for layer in range(1, len(network.layer_kinds) + 1):
            parts = [value for name, value in values.items() if network.parameter_layers[name] == layer]
            assert own[layer] == pytest.approx(np.linalg.norm(np.concatenate(parts)))


def test_init_scale_scales_the_norm() -> None:
    norms = []
    for scale in (1.0, 8.0):
        settings = run_settings(init_scale=scale)
        norms.append(
            weight_norm.build(WeightNormSettings(), random_context(settings))(initialised(settings), 0)[
                "norm"
            ].to_numpy()
        )
    np.testing.assert_allclose(norms[1], 8 * norms[0], rtol=1e-6)


def test_diverged_weights_give_nan_only_where_they_are() -> None:
    settings = run_settings()
    network = initialised(settings)
    spoil(network, 0, float("inf"))
    table = weight_norm.build(WeightNormSettings(), random_context(settings))(network, 0)
    assert set(table.loc[table.norm.isna(), ["seed", "layer"]].itertuples(index=False, name=None)) == {
        (SEEDS[0], ALL_LAYERS),
        (SEEDS[0], 1),
    }
