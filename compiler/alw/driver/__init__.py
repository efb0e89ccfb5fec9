"""The driver: from sources and inputs to compiled workflows, and to files."""
