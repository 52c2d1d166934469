"""The LSTM tests of other projects, as data: what they see of the mistakes that this suite sees."""
