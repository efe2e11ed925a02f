"""The numeric floor of all measures: resampling, permutation, regression, power, multiple testing."""
