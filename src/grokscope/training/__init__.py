"""Training: the seeds of a run as one batched program, resumable to the bit."""
