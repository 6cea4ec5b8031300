"""Where data can come from: one module a source, each giving the decoded data set and a note of its origin."""
