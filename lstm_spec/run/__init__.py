"""How a run goes: planned, judged in processes of its own, counted, and shown while it lasts."""
