"""Table to figure, saved with its data, caption and sidecar. Computes no statistics."""
