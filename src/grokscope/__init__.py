"""Replication of "Deep Grokking" (arXiv 2405.19454) and "Deep Networks Always Grok and Here is Why" (arXiv 2402.15555).

Imports run one way: config and data import none; models <- training <- metrics <- analysis <- figures <- report.
"""

__version__ = "0.2.0"
