"""What the targets for iDDS share, whatever the release."""
