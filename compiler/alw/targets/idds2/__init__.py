"""Target ``idds-2``: iDDS 2.6.21, workflow version 2."""
