"""From names to meaning: types, terms, the resolved program."""
