"""The parts that the targets for iDDS share, whatever the release."""
