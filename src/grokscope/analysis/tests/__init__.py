"""Statistical tests, one module each with a function `run_test(effects, direction, smallest_effect) -> TestResult`; found by name."""
