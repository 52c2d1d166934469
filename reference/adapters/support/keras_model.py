"""What the models of all old generations have in common, under the names of the contract."""

from lstm_spec.model import SGD
from reference.adapters.support.keras_layers import (
    as_keras_stores,
    canonical,
    compile_model,
    directions,
)


class KerasModel(object):
    """A compiled ``Sequential``. Only layout and spelling change on the way."""

    def __init__(self, library, model, dtype, room=None):
        self.library, self.model, self.dtype, self.room = library, model, dtype, room
        self.compiled_with = ("mse", SGD())

    def at_work(self):
        """Keras in the float type and in the graph of this model."""
        return self.library.at_work(self.dtype, self.room)

    def get_weights(self):
        """``model.get_weights()``."""
        with self.at_work():
            return canonical(self.library, self._layers, self.model.get_weights())

    def set_weights(self, weights):
        """``model.set_weights(...)``."""
        with self.at_work():
            self.model.set_weights(as_keras_stores(self.library, self._layers, weights))

    def predict(self, x, batch_size):
        """``model.predict(x)``."""
        with self.at_work():
            return self.model.predict(x, batch_size=batch_size, verbose=0)

    def predict_on_batch(self, x):
        """``model.predict_on_batch(x)``."""
        with self.at_work():
            outputs = self.model.predict_on_batch(x)
            return outputs.numpy() if hasattr(outputs, "numpy") else outputs

    def evaluate(self, x, y, batch_size):
        """``model.evaluate(x, y)``."""
        with self.at_work():
            return self._named(self.model.evaluate(x, y, batch_size=batch_size, verbose=0))

    def test_on_batch(self, x, y):
        """``model.test_on_batch(x, y)``."""
        with self.at_work():
            return self._named(self.model.test_on_batch(x, y))

    def train_on_batch(self, x, y):
        """``model.train_on_batch(x, y)``."""
        with self.at_work():
            return self._named(self.model.train_on_batch(x, y))

    def fit(self, x, y, batch_size, epochs, shuffle, validation_data=None):
        """``model.fit(x, y)``; Keras validates with the batch size of the training."""
        how = {"batch_size": batch_size, "shuffle": shuffle, "verbose": 0}
        how["nb_epoch" if self.library.first else "epochs"] = epochs
        with self.at_work():
            fitted = self.model.fit(x, y, validation_data=validation_data, **how)
            return {spelled(name): fitted.history[name] for name in fitted.history}

    def reset_states(self):
        """``model.reset_states()``."""
        with self.at_work():
            self.model.reset_states()

    def get_states(self):
        """``K.get_value`` of ``layer.states`` of every stateful LSTM."""
        with self.at_work():
            return self._carried()

    def set_states(self, states):
        """``layer.reset_states(states)`` of every stateful LSTM; in Keras 1, ``K.set_value``.

        Keras sets one layer at a time, so the loop is this adapter's: it is all or nothing.
        """
        if len(states) != len(self._stateful):
            raise ValueError(
                "%d pairs (h, c) for %d directions" % (len(states), len(self._stateful))
            )
        before = self.get_states()
        with self.at_work():
            try:
                self._assign(states)
            except Exception:
                self._assign(before)
                raise

    def _assign(self, states):
        for layer, pair in zip(self._stateful, states):
            if not self.library.first:
                layer.reset_states(list(pair))
                continue
            for variable, value in zip(layer.states, pair):
                self.library.K.set_value(variable, value)

    def save(self, path):
        """``model.save(...)`` to a file ``.h5``."""
        with self.at_work():
            self.model.save(str(path) + ".h5")

    def clone(self):
        """``clone_model``, or ``from_config`` before there was one; compiled the same way."""
        with self.at_work() as keras:
            if hasattr(keras.models, "clone_model"):
                twin = keras.models.clone_model(self.model)
            else:
                twin = type(self.model).from_config(self.model.get_config())
            compile_model(self.library, twin, *self.compiled_with)
            copy = self.library.keep(type(self)(self.library, twin, self.dtype, self.room))
            copy.compiled_with = self.compiled_with
            return copy

    @property
    def _layers(self):
        """The layers without that of the input."""
        return [one for one in self.model.layers if type(one).__name__ != "InputLayer"]

    @property
    def _stateful(self):
        """The stateful LSTMs in the order of the contract."""
        return [layer for layer in directions(self._layers) if layer.stateful]

    @property
    def _all_stateful(self):
        return all(layer.stateful for layer in directions(self._layers))

    def _carried(self):
        get = self.library.K.get_value
        return [tuple(get(state) for state in layer.states) for layer in self._stateful]

    def _named(self, figures):
        """Figures by name: a lone loss comes as a number."""
        values = figures if isinstance(figures, (list, tuple)) else [figures]
        return {spelled(name): float(v) for name, v in zip(self.model.metrics_names, values)}


def spelled(name):
    """``acc`` became ``accuracy`` in Keras 2.3."""
    return {"acc": "accuracy", "val_acc": "val_accuracy"}.get(name, name)


def flat(states):
    """h, c, h, c, ..."""
    return [array for pair in states or [] for array in pair]
