"""The loss on the whole training subset and the whole test set, for every kind of task."""
