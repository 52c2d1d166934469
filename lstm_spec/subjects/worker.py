# -*- coding: utf-8 -*-
"""Runs an adapter in any Python with NumPy, and speaks the protocol of lstm-spec for it.

    python worker.py module:attribute
    python worker.py path/to/file.py:attribute

This one file needs nothing of lstm-spec and is written for Python 2.7 and 3.6 and newer alike.
Requests come on stdin and replies go to stdout, one JSON object a line; whatever the adapter or
its library prints goes to stderr.

An adapter imports ``Refused``, ``Unsupported``, ``speaking_for``, ``Capability``, ``CallResult``
and ``Gradients`` from ``lstm_spec.contract`` and ``LSTM``, ``Dense``, ... from
``lstm_spec.model``. In Python 3.11 and newer, with the package around this file, these are the
real ones. Elsewhere they are the stand-ins below, with the same names and attributes: they can be
made, read and compared, and nothing else.
"""

from __future__ import print_function

import base64
import collections
import contextlib
import importlib
import json
import os
import sys
import timeit
import traceback
import types

VERSION = 1
HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.dirname(HERE)
DTYPES = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64".split()


# Stand-ins for lstm_spec.contract and lstm_spec.model -------------------------------------------


class Unsupported(Exception):
    """The implementation cannot express what it was asked for."""


class Refused(Exception):
    """The library itself, not its adapter, raised."""


@contextlib.contextmanager
def speaking_for(library):
    """Inside, whatever the library raises becomes ``Refused``."""
    try:
        yield
    except (Unsupported, Refused):
        raise
    except Exception as error:
        lines = str(error).strip().splitlines() or ["(no message)"]
        raise Refused("%s raised %s: %s" % (library, type(error).__name__, lines[0]))


CallResult = collections.namedtuple("CallResult", "outputs states")
Gradients = collections.namedtuple("Gradients", "loss weights x states")
Gradients.__new__.__defaults__ = (None,)
LSTMState = collections.namedtuple("LSTMState", "h c")


class Described(object):
    """An object with named fields, compared by their values."""

    fields = ()
    words = {}
    needs_of_fields = {}
    always_needs = ()
    is_cell = False
    both_ways = False
    starts_anew = False

    def __init__(self, *values, **named):
        names = [name for name, _ in self.fields]
        given = dict(zip(names, values), **named)
        for name, default in self.fields:
            setattr(self, name, given.pop(name, default))
        if given or len(values) > len(names):
            raise TypeError("%s has the fields %s" % (type(self).__name__, ", ".join(names)))

    def __eq__(self, other):
        return type(self) is type(other) and vars(self) == vars(other)

    def __ne__(self, other):
        return not self == other

    __hash__ = None

    def __repr__(self):
        fields = ", ".join("%s=%r" % (name, getattr(self, name)) for name, _ in self.fields)
        return "%s(%s)" % (type(self).__name__, fields)

    @property
    def inside(self):
        """The descriptions in its fields."""
        for name, _ in self.fields:
            value = getattr(self, name)
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, Described):
                    yield one


def parts_of(part):
    """A description and every description inside it."""
    found = [part]
    for one in part.inside:
        found += parts_of(one)
    return found


class Layer(Described):
    @property
    def directions(self):
        """Those of its cells that have a state which is given, carried and returned."""
        return () if self.starts_anew else self.cells

    @property
    def cells(self):
        """Every recurrent cell in it, one for each direction."""
        if self.is_cell:
            return (self,)
        inside = [one for layer in self.inside for one in layer.cells]
        if not self.both_ways:
            return tuple(inside)
        back = type(inside[-1])(**vars(inside[-1]))
        back.go_backwards = True
        return (inside[0], back)


class Optimizer(Described):
    def __repr__(self):
        given = [(name, getattr(self, name)) for name, default in self.fields]
        told = [one for one, (_, default) in zip(given, self.fields) if one[1] != default]
        return "%s(%s)" % (type(self).__name__, ", ".join("%s=%r" % one for one in told))


class LossWithOptions(Described):
    pass


class Rule(Described):
    pass


class Schedule(Described):
    pass


class InitializerWithSettings(Described):
    pass


class Spec(Described):
    @property
    def recurrent_layers(self):
        """Every LSTM direction in order; a bidirectional layer counts as two, forward first."""
        return tuple(one for layer in self.layers for one in layer.directions)

    @property
    def stateful(self):
        """Whether any layer carries its state from batch to batch."""
        return any(layer.stateful for layer in self.recurrent_layers)

    @property
    def needs(self):
        """The capabilities that an implementation must have to express this model."""
        found = {"layers"} if len(self.layers) > 1 else set()
        for part in parts_of(self):
            found.update(part.always_needs)
            for name, default in part.fields:
                value, needs = getattr(part, name), type(part).needs_of_fields.get(name)
                if isinstance(needs, dict):
                    needs = needs.get(value)
                elif value == default:
                    needs = None
                if needs is not None:
                    found.add(needs)
        return frozenset(found)


# Generated by python -m lstm_spec.model.generate: begin

CAPABILITIES = [
    "forward",
    "initial-state",
    "final-state",
    "layers",
    "no-bias",
    "hard-sigmoid",
    "cell-options",
    "go-backwards",
    "bidirectional",
    "mask-tail",
    "mask",
    "float64",
    "stateful",
    "state-access",
    "reset-rows",
    "predict",
    "evaluate",
    "gradients",
    "state-gradients",
    "train",
    "fit",
    "weighted",
    "fit-options",
    "dropout",
    "save",
    "clone",
    "preprocessing",
    "data",
    "defaults",
]

SPECIFICATION_0_1 = {
    "ModelSpec": ("layers", "features", "batch_size", "time_steps", "loss", "optimizer", "dtype"),
    "LSTM": (
        "units",
        "activation",
        "recurrent_activation",
        "use_bias",
        "forget_bias",
        "return_sequences",
        "go_backwards",
        "stateful",
    ),
    "Bidirectional": ("layer",),
    "Masking": ("mask_value",),
    "RepeatVector": ("n",),
    "Dense": ("units", "activation"),
    "SGD": ("learning_rate",),
    "Adam": ("learning_rate", "beta_1", "beta_2", "epsilon"),
    "activation": (
        "linear",
        "tanh",
        "sigmoid",
        "relu",
        "softmax",
        "hard_sigmoid_keras2",
        "hard_sigmoid_keras3",
    ),
    "loss": ("categorical_crossentropy", "mse"),
    "dtype": ("float32", "float64"),
}


class LSTM(Layer):
    fields = (
        ("units", None),
        ("activation", "tanh"),
        ("recurrent_activation", "sigmoid"),
        ("use_bias", True),
        ("forget_bias", True),
        ("return_sequences", False),
        ("go_backwards", False),
        ("stateful", False),
        ("dropout", 0.0),
        ("recurrent_dropout", 0.0),
        ("zero_output_for_mask", False),
        ("mask_in_reading_order", False),
        ("peephole", False),
        ("projection", 0),
        ("coupled_gates", False),
        ("gate_clip", 0.0),
        ("cell_clip", 0.0),
        ("recurrent_bias", False),
        ("projection_clip", 0.0),
        ("layer_norm", False),
        ("seed", None),
        ("kernel_initializer", "glorot uniform"),
        ("recurrent_initializer", "orthogonal"),
        ("bias_initializer", "zeros"),
        ("kernel_regularizer", None),
        ("recurrent_regularizer", None),
        ("bias_regularizer", None),
        ("activity_regularizer", None),
        ("kernel_constraint", None),
        ("recurrent_constraint", None),
        ("bias_constraint", None),
        ("trainable", True),
    )
    words = {
        "activation": "activation",
        "recurrent_activation": "activation",
        "kernel_initializer": "LSTM.kernel_initializer",
        "recurrent_initializer": "LSTM.recurrent_initializer",
        "bias_initializer": "LSTM.bias_initializer",
    }
    needs_of_fields = {
        "recurrent_activation": {
            "hard_sigmoid_keras2": "hard-sigmoid",
            "hard_sigmoid_keras3": "hard-sigmoid",
        },
        "use_bias": "no-bias",
        "go_backwards": "go-backwards",
        "stateful": "stateful",
        "peephole": "cell-options",
        "projection": "cell-options",
        "coupled_gates": "cell-options",
        "gate_clip": "cell-options",
        "cell_clip": "cell-options",
        "recurrent_bias": "cell-options",
        "projection_clip": "cell-options",
        "layer_norm": "cell-options",
    }
    is_cell = True


class Bidirectional(Layer):
    fields = (("layer", None), ("merge_mode", "concat"), ("backward_layer", None))
    words = {"merge_mode": "Bidirectional.merge_mode"}
    always_needs = ("bidirectional",)
    both_ways = True


class Masking(Layer):
    fields = (("mask_value", 0.0),)
    always_needs = ("layers", "mask")


class RepeatVector(Layer):
    fields = (("n", None),)
    always_needs = ("layers",)


class Dense(Layer):
    fields = (("units", None), ("activation", "linear"), ("use_bias", True), ("trainable", True))
    words = {"activation": "activation"}
    always_needs = ("layers",)


class TimeDistributed(Layer):
    fields = (("layer", None),)
    always_needs = ("layers",)
    starts_anew = True


class Embedding(Layer):
    fields = (("input_dim", None), ("output_dim", None), ("mask_zero", False))
    needs_of_fields = {"mask_zero": "mask"}
    always_needs = ("layers",)


class Conv1D(Layer):
    fields = (
        ("filters", None),
        ("kernel_size", None),
        ("strides", 1),
        ("padding", "valid"),
        ("steps_before", 0),
        ("steps_after", 0),
        ("dilation_rate", 1),
        ("activation", "linear"),
        ("use_bias", True),
    )
    words = {"padding": "Conv1D.padding", "activation": "activation"}
    always_needs = ("layers",)


class MaxPooling1D(Layer):
    fields = (
        ("pool_size", 2),
        ("strides", 2),
        ("padding", "valid"),
        ("steps_before", 0),
        ("steps_after", 0),
    )
    words = {"padding": "MaxPooling1D.padding"}
    always_needs = ("layers",)


class GlobalAveragePooling1D(Layer):
    always_needs = ("layers",)


class GlobalMaxPooling1D(Layer):
    always_needs = ("layers",)


class BatchNormalization(Layer):
    fields = (("epsilon", 0.001), ("center", True), ("scale", True))
    always_needs = ("layers",)


class LayerNormalization(Layer):
    fields = (("epsilon", 0.001), ("center", True), ("scale", True))
    always_needs = ("layers",)


class ActivationLayer(Layer):
    fields = (("activation", None),)
    words = {"activation": "activation"}
    always_needs = ("layers",)


class ReLU(Layer):
    fields = (("negative_slope", 0.0), ("max_value", None), ("threshold", 0.0))
    always_needs = ("layers",)


class Dropout(Layer):
    fields = (("rate", None), ("noise", "dropout"))
    words = {"noise": "Dropout.noise"}
    always_needs = ("layers",)


class Flatten(Layer):
    always_needs = ("layers",)


class Reshape(Layer):
    fields = (("shape", None),)
    always_needs = ("layers",)


class SGD(Optimizer):
    fields = (
        ("learning_rate", 0.01),
        ("momentum", 0.0),
        ("nesterov", False),
        ("clipnorm", 0.0),
        ("clipvalue", 0.0),
        ("global_clipnorm", 0.0),
        ("weight_decay", 0.0),
        ("use_ema", False),
        ("ema_momentum", 0.99),
        ("ema_overwrite_frequency", 0),
        ("gradient_accumulation_steps", 0),
        ("loss_scale_factor", 0.0),
    )


class Adam(Optimizer):
    fields = (
        ("learning_rate", 0.001),
        ("beta_1", 0.9),
        ("beta_2", 0.999),
        ("epsilon", 1e-07),
        ("amsgrad", False),
        ("clipnorm", 0.0),
        ("clipvalue", 0.0),
        ("global_clipnorm", 0.0),
        ("weight_decay", 0.0),
        ("use_ema", False),
        ("ema_momentum", 0.99),
        ("ema_overwrite_frequency", 0),
        ("gradient_accumulation_steps", 0),
        ("loss_scale_factor", 0.0),
    )


class AdamW(Optimizer):
    fields = (
        ("learning_rate", 0.001),
        ("beta_1", 0.9),
        ("beta_2", 0.999),
        ("epsilon", 1e-07),
        ("amsgrad", False),
        ("clipnorm", 0.0),
        ("clipvalue", 0.0),
        ("global_clipnorm", 0.0),
        ("weight_decay", 0.004),
        ("use_ema", False),
        ("ema_momentum", 0.99),
        ("ema_overwrite_frequency", 0),
        ("gradient_accumulation_steps", 0),
        ("loss_scale_factor", 0.0),
    )


class RMSprop(Optimizer):
    fields = (
        ("learning_rate", 0.001),
        ("rho", 0.9),
        ("momentum", 0.0),
        ("epsilon", 1e-07),
        ("centered", False),
        ("clipnorm", 0.0),
        ("clipvalue", 0.0),
        ("global_clipnorm", 0.0),
        ("weight_decay", 0.0),
        ("use_ema", False),
        ("ema_momentum", 0.99),
        ("ema_overwrite_frequency", 0),
        ("gradient_accumulation_steps", 0),
        ("loss_scale_factor", 0.0),
    )


class Huber(LossWithOptions):
    fields = (("delta", 1.0),)


class CategoricalCrossentropy(LossWithOptions):
    fields = (("from_logits", False), ("label_smoothing", 0.0))


class SparseCategoricalCrossentropy(LossWithOptions):
    fields = (("from_logits", False), ("ignore_class", None))


class BinaryCrossentropy(LossWithOptions):
    fields = (("from_logits", False), ("label_smoothing", 0.0))


class L1L2(Rule):
    fields = (("l1", 0.0), ("l2", 0.0))


class OrthogonalRegularizer(Rule):
    fields = (("factor", 0.01), ("mode", "rows"))
    words = {"mode": "OrthogonalRegularizer.mode"}


class MaxNorm(Rule):
    fields = (("max_value", 2.0), ("axis", 0))


class NonNeg(Rule):
    pass


class UnitNorm(Rule):
    fields = (("axis", 0),)


class MinMaxNorm(Rule):
    fields = (("min_value", 0.0), ("max_value", 1.0), ("rate", 1.0), ("axis", 0))


class ExponentialDecay(Schedule):
    fields = (
        ("initial_learning_rate", None),
        ("decay_steps", None),
        ("decay_rate", None),
        ("staircase", False),
    )


class PiecewiseConstant(Schedule):
    fields = (("boundaries", None), ("values", None))


class CosineDecay(Schedule):
    fields = (("initial_learning_rate", None), ("decay_steps", None), ("alpha", 0.0))


class VarianceScaling(InitializerWithSettings):
    fields = (("scale", 1.0), ("mode", "fan_in"), ("distribution", "truncated_normal"))
    words = {"mode": "VarianceScaling.mode", "distribution": "VarianceScaling.distribution"}


class Orthogonal(InitializerWithSettings):
    fields = (("gain", 1.0),)


class Identity(InitializerWithSettings):
    fields = (("gain", 1.0),)


class Constant(InitializerWithSettings):
    fields = (("value", 0.0),)


class RandomUniform(InitializerWithSettings):
    fields = (("minval", -0.05), ("maxval", 0.05))


class RandomNormal(InitializerWithSettings):
    fields = (("mean", 0.0), ("stddev", 0.05))


class TruncatedNormal(InitializerWithSettings):
    fields = (("mean", 0.0), ("stddev", 0.05))


class ModelSpec(Spec):
    fields = (
        ("layers", None),
        ("features", None),
        ("batch_size", None),
        ("time_steps", None),
        ("loss", "mse"),
        ("optimizer", SGD()),
        ("dtype", "float32"),
        ("precision", "full"),
        ("inner_steps", None),
        ("reduction", "mean"),
        ("weight_shapes", ()),
    )
    words = {
        "loss": "loss",
        "dtype": "dtype",
        "precision": "ModelSpec.precision",
        "reduction": "ModelSpec.reduction",
    }
    needs_of_fields = {"dtype": {"float64": "float64"}}


KINDS = {
    "LSTM": LSTM,
    "Bidirectional": Bidirectional,
    "Masking": Masking,
    "RepeatVector": RepeatVector,
    "Dense": Dense,
    "TimeDistributed": TimeDistributed,
    "Embedding": Embedding,
    "Conv1D": Conv1D,
    "MaxPooling1D": MaxPooling1D,
    "GlobalAveragePooling1D": GlobalAveragePooling1D,
    "GlobalMaxPooling1D": GlobalMaxPooling1D,
    "BatchNormalization": BatchNormalization,
    "LayerNormalization": LayerNormalization,
    "ActivationLayer": ActivationLayer,
    "ReLU": ReLU,
    "Dropout": Dropout,
    "Flatten": Flatten,
    "Reshape": Reshape,
    "SGD": SGD,
    "Adam": Adam,
    "AdamW": AdamW,
    "RMSprop": RMSprop,
    "Huber": Huber,
    "CategoricalCrossentropy": CategoricalCrossentropy,
    "SparseCategoricalCrossentropy": SparseCategoricalCrossentropy,
    "BinaryCrossentropy": BinaryCrossentropy,
    "L1L2": L1L2,
    "OrthogonalRegularizer": OrthogonalRegularizer,
    "MaxNorm": MaxNorm,
    "NonNeg": NonNeg,
    "UnitNorm": UnitNorm,
    "MinMaxNorm": MinMaxNorm,
    "ExponentialDecay": ExponentialDecay,
    "PiecewiseConstant": PiecewiseConstant,
    "CosineDecay": CosineDecay,
    "VarianceScaling": VarianceScaling,
    "Orthogonal": Orthogonal,
    "Identity": Identity,
    "Constant": Constant,
    "RandomUniform": RandomUniform,
    "RandomNormal": RandomNormal,
    "TruncatedNormal": TruncatedNormal,
}

# Generated by python -m lstm_spec.model.generate: end


class Capability(object):
    """The names of the capabilities, ``Capability.INITIAL_STATE`` and so on, as plain texts."""


for _name in CAPABILITIES:
    setattr(Capability, _name.upper().replace("-", "_"), _name)


def maps_of(implementation):
    """What it says it maps; one that says nothing maps specification 0.1, no more."""
    return getattr(implementation, "maps", SPECIFICATION_0_1)


def refuse_unmapped(spec, maps, who):
    """Raise Unsupported for the first layer, field or word that is not mapped."""
    for part in parts_of(spec):
        kind = type(part).__name__
        if kind not in maps:
            raise Unsupported("%s does not map %r: it has nothing for %s" % (who, part, kind))
        for name, default in part.fields:
            value = getattr(part, name)
            if name not in maps[kind] and name != "weight_shapes":
                if value != default:
                    said = (who, kind, name, value)
                    raise Unsupported("%s does not map %s.%s, which is %r here" % said)
            elif name in part.words and not isinstance(value, Described):
                words = maps.get("%s.%s" % (kind, name), maps.get(part.words[name], ()))
                if value not in words:
                    said = (who, kind, name, value, ", ".join(words) or "no value of it")
                    raise Unsupported("%s does not map %s.%s = %r; it maps %s" % said)


def build(implementation, spec):
    """A new model, unless the implementation does not map what is asked for."""
    refuse_unmapped(spec, maps_of(implementation), implementation.name)
    return implementation.build(spec)


def native(value):
    """Texts as the ``str`` of this Python."""
    return str(value) if isinstance(value, type("")) else value


def described(value):
    """Stand-ins for the objects in a model description; Unsupported names what is not known."""
    if isinstance(value, list):
        return tuple(described(one) for one in value)
    if not isinstance(value, dict):
        return native(value)
    kind = value.get("kind")
    if kind not in KINDS:
        raise Unsupported("there is no layer, optimiser or loss called %s here" % native(kind))
    return made(KINDS[kind], {name: value[name] for name in value if name != "kind"})


def made(kind, data):
    """The stand-in of this kind."""
    known = [name for name, _ in kind.fields]
    for name in data:
        if name not in known:
            said = (kind.__name__, native(name), data[name])
            raise Unsupported("%s has no field %s here, which is %r" % said)
    return kind(**{str(name): described(data[name]) for name in data})


def stand_in_spec(data):
    """The stand-in for a whole model description."""
    return made(ModelSpec, data)


def put_stand_ins_in_place():
    """Make ``import lstm_spec.contract`` and ``import lstm_spec.model`` find this file's names.

    Other modules of the package are looked for beside this file, so that ``lstm_spec.lifting``
    works from Python 3.7 on.
    """
    package = types.ModuleType("lstm_spec")
    package.__path__ = [PACKAGE]
    contract, model = types.ModuleType("lstm_spec.contract"), types.ModuleType("lstm_spec.model")
    for one in (Unsupported, Refused, speaking_for, CallResult, Gradients, LSTMState, Capability):
        setattr(contract, one.__name__, one)
    for one in (maps_of, refuse_unmapped, build):
        setattr(contract, one.__name__, one)
    for (
        name
    ) in "Array Maps State States Metrics History PaddingOutput Model Implementation".split():
        setattr(contract, name, object)  # for annotations
    bases = [Layer, Optimizer, LossWithOptions, Rule, Schedule]
    for one in list(KINDS.values()) + [ModelSpec, LSTMState] + bases:
        setattr(model, one.__name__, one)
    model.SPECIFICATION_0_1, model.Maps, model.State = SPECIFICATION_0_1, object, object
    package.contract, package.model = contract, model
    sys.modules["lstm_spec"] = package
    sys.modules["lstm_spec.contract"], sys.modules["lstm_spec.model"] = contract, model


# Values -----------------------------------------------------------------------------------------


def write_array(value, what="array"):
    """An array as dtype, shape and the base64 of its little-endian bytes."""
    import numpy

    array = numpy.asarray(value)
    if array.dtype.name not in DTYPES:
        raise TypeError("%s has dtype %s, expected real numbers" % (what, array.dtype))
    data = numpy.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
    return {
        "dtype": array.dtype.name,
        "shape": list(array.shape),
        "data": base64.b64encode(data).decode("ascii"),
    }


def read(value):
    """Arrays wherever there are objects with dtype, shape and data; the rest as it is."""
    import numpy

    if isinstance(value, list):
        return [read(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    if "tuple" in value:
        return tuple(read(entry) for entry in value["tuple"])
    if "rng" in value:
        return read_rng(value)
    stored = numpy.dtype(str(value["dtype"])).newbyteorder("<")
    flat = numpy.frombuffer(base64.b64decode(value["data"]), stored)
    return flat.astype(str(value["dtype"])).reshape(value["shape"])[()]


def read_rng(value):
    """A generator in the state of the one at the other end."""
    import numpy

    if value["rng"] == "RandomState":
        rng = numpy.random.RandomState()
        rng.set_state(
            ("MT19937", read(value["key"]), value["position"], value["has_gauss"], value["gauss"])
        )
        return rng
    if not hasattr(numpy.random, "Generator"):
        raise Unsupported("NumPy %s has no numpy.random.Generator" % numpy.__version__)
    bits = numpy.random.PCG64()
    bits.state = {
        "bit_generator": "PCG64",
        "state": {"state": int(value["state"]), "inc": int(value["increment"])},
        "has_uint32": value["has_uint32"],
        "uinteger": value["uinteger"],
    }
    return numpy.random.Generator(bits)


def write_rng(rng):
    """The state of a generator after it was used."""
    if hasattr(rng, "get_state"):
        _, key, position, has_gauss, gauss = rng.get_state()
        return {
            "rng": "RandomState",
            "key": write_array(key),
            "position": int(position),
            "has_gauss": int(has_gauss),
            "gauss": float(gauss),
        }
    state = rng.bit_generator.state
    return {
        "rng": "PCG64",
        "state": str(state["state"]["state"]),
        "increment": str(state["state"]["inc"]),
        "has_uint32": int(state["has_uint32"]),
        "uinteger": int(state["uinteger"]),
    }


def write(value):
    """Any result of a data function."""
    if value is None or isinstance(value, (bool, int, str, type(""))):
        return value
    if isinstance(value, tuple):
        return {"tuple": [write(entry) for entry in value]}
    if isinstance(value, list):
        return [write(entry) for entry in value]
    if type(value) is float and value - value == 0:
        return value
    return write_array(value, "the result")


def figure(value):
    """A number; a text where JSON has no number for it."""
    number = float(value)
    if number != number:
        return "NaN"
    return number if number - number == 0 else "Infinity" if number > 0 else "-Infinity"


def write_states(states):
    """A pair [h, c] for each direction."""
    return states and [[write_array(h, "h"), write_array(c, "c")] for h, c in states]


def arrays(values, what):
    """A list of arrays."""
    return [write_array(value, what) for value in values]


# The adapter ------------------------------------------------------------------------------------


def find(address):
    """The implementation at ``module:attribute`` or ``path/to/file.py:attribute``."""
    place, _, attribute = address.rpartition(":")
    if place.endswith(".py"):
        module = module_at(os.path.abspath(place))
    else:
        module = importlib.import_module(place)
    found = getattr(module, attribute)
    return found() if isinstance(found, type) or not hasattr(found, "build") else found


def module_at(path):
    """The module in that file; inside a package it gets its full name, so that imports work.

    No folder is added to the search path: a neighbour may be called like a library.
    """
    if not os.path.exists(path):
        raise ImportError("there is no file %s" % path)
    folder, name = os.path.split(path[: -len(".py")])
    names = [] if name == "__init__" else [name]
    packages = []
    while os.path.exists(os.path.join(folder, "__init__.py")):
        packages.insert(0, folder)
        folder, name = os.path.split(folder)
        names.insert(0, name)
    for depth, package in enumerate(packages):
        load(".".join(names[: depth + 1]), os.path.join(package, "__init__.py"), package)
    full = ".".join(names)
    return sys.modules[full] if full in sys.modules else load(full, path, None)


def load(name, path, package):
    """The module of that name from that file, unless it is there already."""
    if name in sys.modules:
        return sys.modules[name]
    if sys.version_info[0] == 2:
        import imp

        if package:
            return imp.load_module(name, None, package, ("", "", imp.PKG_DIRECTORY))
        return imp.load_source(name, path)
    import importlib.util

    places = [package] if package else None
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=places)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


# Requests ---------------------------------------------------------------------------------------

READERS = {
    "initial_state": lambda value: value and [tuple(read(pair)) for pair in value],
    "states": lambda value: [tuple(read(pair)) for pair in value],
    "validation_data": lambda value: value and tuple(read(value)),
    "path": lambda value: as_path(value),
    "class_weight": lambda value: {int(one): value[one] for one in value},
}
"""How the arguments are read that are more than numbers and arrays."""


def nothing(value):
    return {}


def outputs(value):
    return {"outputs": write_array(value, "outputs")}


def outputs_and_states(value):
    result, states = value
    return dict(outputs(result), states=write_states(states))


def metrics(value):
    return {"metrics": {name: figure(value[name]) for name in value}}


def history(value):
    return {"history": {name: [figure(one) for one in value[name]] for name in value}}


def gradients(value):
    loss, weights, x = value[:3]
    written = {
        "loss": figure(loss),
        "weights": arrays(weights, "gradients"),
        "x": write_array(x, "gradient with respect to x"),
    }
    if len(value) > 3 and value[3]:
        written["states"] = write_states(value[3])
    return written


METHODS = {
    "get_weights": ("", "", lambda value: {"weights": arrays(value, "get_weights")}),
    "set_weights": ("weights", "", nothing),
    "call": ("x", "mask initial_state", outputs_and_states),
    "call_in_training": ("x", "mask initial_state", outputs_and_states),
    "predict": ("x batch_size", "", outputs),
    "predict_on_batch": ("x", "", outputs),
    "evaluate": ("x y batch_size", "", metrics),
    "test_on_batch": ("x y", "", metrics),
    "train_on_batch": ("x y", "", metrics),
    "gradients": ("x y", "initial_state", gradients),
    "fit": ("x y", "batch_size epochs shuffle validation_data", history),
    "reset_states": ("", "", nothing),
    "reset_rows": ("rows", "", nothing),
    "get_states": ("", "", lambda value: {"states": write_states(value)}),
    "set_states": ("states", "", nothing),
    "save": ("path", "", nothing),
}
"""A model's methods: positional arguments, named arguments, and how the result is written."""


COUNTING = (
    "sample_weight class_weight validation_split validation_batch_size validation_freq "
    "initial_epoch steps_per_epoch validation_steps reset_at patience "
    "steps"
).split()
"""Arguments that are sent only where there are any, and only to an adapter that declares them."""


now = timeit.default_timer
"""Seconds of a monotonic clock; Python 2.7 has none and takes that of the system."""


class Timed(object):
    """Work that is repeated on one model: epochs of training, or passes over rows one by one.

    ``parts`` are the pairs (x, y) of the epochs, taken in turn and in the order of their rows; of
    an inference, the one x. ``reset``: the state is cleared after every epoch.
    """

    def __init__(self, model, way, parts, batch_size, reset):
        self.model, self.way, self.parts, self.done = model, way, parts, 0
        self.batch_size, self.reset = batch_size, reset

    def run(self, count):
        """So many repetitions; the losses of the epochs, or the outputs of the last pass."""
        return getattr(self, "by_" + self.way)(count)

    def by_fit(self, count):
        """One ``fit`` for all epochs, unless something happens between two of them."""
        together = 1 if self.reset or len(self.parts) > 1 else count
        losses = []
        for _ in range(0, count, together):
            x, y = self.following()
            fitted = self.model.fit(
                x, y, batch_size=self.batch_size, epochs=together, shuffle=False
            )
            losses += fitted["loss"]
            if self.reset:
                self.model.reset_states()
        return losses

    def by_train_on_batch(self, count):
        """For a library without ``fit``: its loop over the batches is this one."""
        losses = []
        for _ in range(count):
            x, y = self.following()
            total = 0.0
            for first in range(0, len(x), self.batch_size):
                rows = slice(first, first + self.batch_size)
                total += self.model.train_on_batch(x[rows], y[rows])["loss"] * len(x[rows])
            losses.append(total / len(x))
            if self.reset:
                self.model.reset_states()
        return losses

    def by_predict(self, count):
        """Row by row; the model carries its state by itself."""
        for _ in range(count):
            (x,) = self.following()
            found = [self.model.predict(x[row : row + 1], 1) for row in range(len(x))]
            self.model.reset_states()
        return joined(found)

    def by_call(self, count):
        """Row by row; the state that a call returns is given to the next one."""
        for _ in range(count):
            (x,) = self.following()
            found, states = [], None
            for row in range(len(x)):
                outputs, states = self.model.call(x[row : row + 1], initial_state=states)
                found.append(outputs)
        return joined(found)

    def following(self):
        """The part of the next epoch."""
        self.done += 1
        return self.parts[(self.done - 1) % len(self.parts)]


def joined(rows):
    """One array of several."""
    import numpy

    return numpy.concatenate([numpy.asarray(one) for one in rows])


class Worker(object):
    """Answers requests about one adapter and the models that it has built."""

    def __init__(self, address):
        self.address, self.models, self.timed, self.built = address, {}, {}, 0
        self.unsupported, self.refused = Unsupported, Refused
        self.spec_of, self.build = stand_in_spec, build

    def answer(self, request):
        """The whole reply to one request, whatever happens."""
        try:
            op = request["op"]
            if op in METHODS:
                return {"ok": self.method(op, request)}
            if not hasattr(self, "op_" + op):
                return {"unsupported": "no operation %s" % op}
            return {"ok": getattr(self, "op_" + op)(request)}
        except self.unsupported as reason:
            return {"unsupported": said(reason)}
        except self.refused as reason:
            return {"refused": said(reason)}
        except BaseException as error:  # an adapter that exits is an adapter that failed
            traceback.print_exc()
            return {"error": "%s: %s" % (type(error).__name__, said(error))}

    def op_hello(self, request):
        """Load the adapter."""
        try:
            importlib.import_module("numpy")
        except ImportError as error:
            raise ImportError("%s; try: %s -m pip install numpy" % (error, sys.executable))
        if sys.version_info >= (3, 11) and os.path.exists(os.path.join(PACKAGE, "contract.py")):
            load("lstm_spec", os.path.join(PACKAGE, "__init__.py"), PACKAGE)
            contract = importlib.import_module("lstm_spec.contract")
            self.unsupported, self.refused = contract.Unsupported, contract.Refused
            self.build = contract.build
            self.spec_of = importlib.import_module("lstm_spec.model.json_form").from_json
        else:
            put_stand_ins_in_place()
        self.subject = subject = find(self.address)
        hello = {
            "protocol": VERSION,
            "name": str(subject.name),
            "version": str(subject.version),
            "backend": str(getattr(subject, "backend", "")),
            "language": "Python " + ".".join(str(part) for part in sys.version_info[:3]),
            "capabilities": sorted(str(one) for one in subject.capabilities),
            "padding_output": str(getattr(subject, "padding_output", "held")),
            "empty_rows": str(getattr(subject, "empty_rows", "kept")),
            "adam_epsilon": str(getattr(subject, "adam_epsilon", "before")),
            "rmsprop_epsilon": str(getattr(subject, "rmsprop_epsilon", "inside")),
            "dropout_masks": str(getattr(subject, "dropout_masks", "one")),
            "weights_together": str(getattr(subject, "weights_together", "multiplied")),
            "defaults": {str(n): str(v) for n, v in getattr(subject, "defaults", {}).items()},
        }
        if hasattr(subject, "maps"):
            maps = subject.maps
            hello["maps"] = {str(name): [str(one) for one in maps[name]] for name in maps}
        for which in ("paths", "fit_paths"):
            if getattr(subject, which, ()):
                hello[which] = [str(one) for one in getattr(subject, which)]
        return hello

    def on(self, request):
        """The adapter, on the path that is asked for, if one is."""
        return self.subject.on(native(request["on"])) if "on" in request else self.subject

    def method(self, op, request):
        """Call a method of a model."""
        positional, named, result = METHODS[op]

        def argument(name):
            return READERS.get(name, read)(request.get(name))

        arguments = [argument(name) for name in positional.split()]
        options = {name: argument(name) for name in named.split()}
        options.update({name: argument(name) for name in COUNTING if name in request})
        return result(getattr(self.models[request["model"]], op)(*arguments, **options))

    def keep(self, model):
        """A number for a model."""
        self.built += 1
        self.models[self.built] = model
        return {"model": self.built}

    def op_build(self, request):
        return self.keep(self.build(self.on(request), self.spec_of(request["spec"])))

    def op_load(self, request):
        return self.keep(self.on(request).load(as_path(request["path"])))

    def op_clone(self, request):
        return self.keep(self.models[request["model"]].clone())

    def op_release(self, request):
        self.models.pop(request["model"], None)
        self.timed.pop(request["model"], None)
        return {}

    def op_time(self, request):
        """How long some repetitions of the work take; the work itself comes once."""
        handle = request["model"]
        if "work" in request:
            work = request["work"]
            parts = [tuple(read(one) for one in part) for part in work["parts"]]
            self.timed[handle] = Timed(
                self.models[handle], native(work["way"]), parts, work["batch_size"], work["reset"]
            )
        started = now()
        found = self.timed[handle].run(request["repetitions"])
        seconds = now() - started
        if self.timed[handle].way in ("fit", "train_on_batch"):
            return {"seconds": seconds, "losses": [figure(one) for one in found]}
        return {"seconds": seconds, "outputs": write_array(found, "outputs")}

    def op_pad_sequences(self, request):
        return self.prepare("pad_sequences", request)

    def op_one_hot(self, request):
        return self.prepare("one_hot", request)

    def prepare(self, function, request):
        """A function of the preprocessing, with the arguments that were given and no others."""
        given = {str(n): read(request[n]) for n in request if n not in ("id", "op")}
        result = getattr(self.subject.preprocessing, function)(**given)
        return {"result": write_array(result, function)}

    def op_data(self, request):
        """A function or constant of the data builders, and where it left the generators."""
        found = self.subject.data
        for name in request["name"].split("."):
            found = getattr(found, name)
        if "arguments" not in request:
            return {"result": write(found)}
        arguments = read(request["arguments"])
        named = {str(name): read(value) for name, value in request["named"].items()}
        sources = [one for one in arguments + list(named.values()) if is_rng(one)]
        result = write(found(*arguments, **named))
        return {"result": result, "moved": [write_rng(one) for one in sources]}


def said(error):
    """The message of an exception, not endless, in any alphabet."""
    try:
        return str(error)[:2000]
    except UnicodeError:
        return repr(error)[:2000]


def is_rng(value):
    """Whether it is a generator of random numbers of either kind."""
    return hasattr(value, "get_state") or hasattr(value, "bit_generator")


def as_path(text):
    """A Path where Python has them."""
    if sys.version_info[0] == 2:
        return str(text)
    import pathlib

    return pathlib.Path(text)


def own_the_pipes():
    """Keep stdin and stdout for the protocol; everybody else reads nothing and writes to stderr."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    if sys.version_info[0] == 2:
        import fcntl

        for pipe in (requests, replies):  # not for the children of the library
            fcntl.fcntl(pipe, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, replies


def main():
    """Answer until the input ends."""
    if len(sys.argv) != 2 or ":" not in sys.argv[1]:
        sys.exit("usage: python worker.py module:attribute | path/to/file.py:attribute")
    requests, replies = own_the_pipes()
    sys.path[0] = os.getcwd()  # in place of this file's folder, whose names are nobody's business
    worker = Worker(sys.argv[1])
    while True:
        line = requests.readline()
        if not line:
            break
        request = json.loads(line.decode("utf-8"))
        reply = dict(worker.answer(request), id=request["id"])
        replies.write(json.dumps(reply, allow_nan=False).encode("ascii") + b"\n")
        replies.flush()


if __name__ == "__main__":
    main()
