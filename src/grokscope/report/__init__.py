"""The report: static pages that open from disk without a network, and the run cards. Never imports torch."""
