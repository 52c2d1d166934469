"""Every clause as a pytest item."""
