"""A saved model given back: a script with its arrays, or a ``.keras`` file, proven equal."""
