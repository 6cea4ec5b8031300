"""A claim judged once more by somebody who has docs/statistics.md and the two downloads of the claim's page, and
nothing of grokscope: only numpy, pandas, scipy and statsmodels.
"""
