"""What runs inside the interpreter of a Keras, from Python 2.7 on, with Keras and NumPy alone.

The other modules of ``reference`` and those of ``lstm_spec`` are not imported here, and this code
keeps to what Python 2.7 understands.
"""
