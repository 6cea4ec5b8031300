"""What a run card's notebook is told by its surroundings, apart from its parameters."""

DATA_FOLDER_VARIABLE = "GROKSCOPE_DATA"
"""The environment variable that names the user's folder of data sets."""
