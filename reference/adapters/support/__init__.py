"""What several adapters share; nothing here is an adapter."""
