"""Figures of P2 that are like no other."""
