"""Reports compared with each other: side by side, and before and after an upgrade."""
