"""Kinds of figures: each draws any number of figures, described under `draw` (`grokscope.config.drawing`)."""
