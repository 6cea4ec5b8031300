"""The published attack on one network, as if its logits were larger or smaller."""
