"""What several files of checks share; nothing here is a clause."""
