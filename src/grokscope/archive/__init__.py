"""Measured results as plain files that can be kept, sent, merged, checked and used in place of training.

An archive holds metric tables and what they were made from; it holds no weights and no images.
"""
