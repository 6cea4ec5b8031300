"""Finished work: what a result was made from, whether it still is what is wanted, and where it goes when it is not."""
