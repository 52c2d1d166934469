"""A saved model in other engines: who loads the file, who computes the same, what is carried."""
