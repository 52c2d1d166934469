"""How a subject is reached, and what stands between it and a check."""
