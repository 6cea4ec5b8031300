"""Event detectors: pure functions of (steps, values) with their thresholds as arguments. None means that the event is
absent.
"""
