"""Convolutional networks (the CIFAR experiments of P2)."""
