"""Real image data: fetched from several sources, checked by content, kept as one neutral file for each data set."""
