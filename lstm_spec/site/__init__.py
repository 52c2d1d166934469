"""Everything that writes a page of the documentation from data."""
