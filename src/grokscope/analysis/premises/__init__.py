"""Premises: each module says of every seed whether something is there without which its claim cannot be decided."""
