"""What a saved Keras model is made of, read from its configuration before Keras opens it."""

from lstm_spec.contract import Unsupported


def layers_of(config):
    """The configurations of every layer in a model's, those that are wrapped included."""
    layers = config["layers"] if isinstance(config, dict) else config
    found = []
    for layer in layers:
        found.append(layer)
        inside = layer.get("config", {})
        wrapped = [inside[name] for name in ("layer", "backward_layer") if inside.get(name)]
        found += layers_of(wrapped)
    return found


def refuse_other_layers(config, maps):
    """``Unsupported`` for the first layer that is not mapped: nobody would know its states."""
    for layer in layers_of(config):
        kind = layer["class_name"]
        if kind not in maps and kind != "InputLayer":
            raise Unsupported("the adapter of Keras maps no layer %s, which is in this file" % kind)
