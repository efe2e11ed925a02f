"""From a text to tokens, frames, voices and what they are about."""
