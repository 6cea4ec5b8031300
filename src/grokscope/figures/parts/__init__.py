"""What figures are made of: style, panels, legends, words, curves."""
