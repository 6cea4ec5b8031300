"""Multi-layer perceptrons (P1 and the MNIST experiments of P2)."""
