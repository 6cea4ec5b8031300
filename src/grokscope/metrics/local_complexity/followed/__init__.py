"""Local complexity of networks with convolutions: each point is followed through its linear piece, for all radii at
once, and only the few neurons that flip at a vertex are treated by themselves.
"""
