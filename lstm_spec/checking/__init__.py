"""What a check works with: it draws inputs, builds models and compares them with the oracle."""
