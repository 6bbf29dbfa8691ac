"""What can be wrong in the files, rule by rule: shape, keys, values, settings, and things taken together."""
