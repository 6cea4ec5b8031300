"""Statistical tests, a module for each with a function `run_test`; found by name."""
