"""Target ``idds-0.2``: iDDS 0.2.1, for which the seed was written."""
