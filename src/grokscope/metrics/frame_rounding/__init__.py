"""What float32 distances make of the deformation of a frame, as P2 computed it (Figs 5, 21 and 23)."""
