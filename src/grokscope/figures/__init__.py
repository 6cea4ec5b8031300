"""The papers' figures, rebuilt from metric tables; one module a figure, named as in `experiments/`."""
