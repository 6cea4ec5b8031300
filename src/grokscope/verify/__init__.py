"""Train one published seed again, and hold everything that is measured on it against the archive."""
