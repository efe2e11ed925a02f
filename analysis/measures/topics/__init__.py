"""Topic models: fit, choice, stability, prevalence."""
