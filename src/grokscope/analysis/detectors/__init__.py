"""Event detectors: pure functions of (steps, values) with their thresholds as arguments; None: the event is absent."""
