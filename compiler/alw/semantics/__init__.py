"""From names to meaning: types, typed expressions, the resolved program."""
