"""Statistical tests, one module each with a function `run_test(effects, direction, smallest_effect, effort) ->
TestResult`; found by name.
"""
