"""What several files of checks share; nothing in this folder is a clause."""
