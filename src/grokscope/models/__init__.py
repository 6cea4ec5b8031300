"""Networks: seeds stacked along a tensor axis, pre-activations reported without hooks."""
