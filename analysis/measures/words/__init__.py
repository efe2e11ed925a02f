"""Words: counts, association, collocation, dispersion, keyness, company."""
