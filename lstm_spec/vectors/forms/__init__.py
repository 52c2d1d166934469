"""Cases in the forms of other projects' tests: ONNX, C, WebNN, pytest and Jest.

Every form is a function from completed cases to the files of a folder. A form takes the cases that
it can express and leaves out the others.
"""
