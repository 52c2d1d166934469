"""The documented pipelines as a learner reads them, one module each, next to its document.

Every module can be run, for example ``python -m reference.pipelines.alphabet_stateful``. It holds
the whole experiment in the order of the document: data, network, training, demonstration. Nothing
is hidden but the engine, and any implementation that can train may take its place. What they do is
what ``lstm_spec.pipelines`` declares; a test holds the two together.
"""
