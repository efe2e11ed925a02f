"""Drawing passages with known probabilities, and the sheets in which people code them. Private, like the texts."""
