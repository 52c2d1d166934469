"""Small saved models that each pinned Keras wrote itself, with the outputs that it predicted.

``python -m reference.saved_models.write`` makes them, as fixtures of the readers of saved models;
``python -m reference.saved_models.loads`` lets every Keras load what every other one wrote.
"""
