"""What changes the learning rate of a training on the way, each loaded only where a run names it."""
