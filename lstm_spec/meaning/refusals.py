"""Why a Keras refuses a saved model: what it raises, the cause in words, the smallest repair."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

REWRITE = "lstm-spec model FILE --write new.py"
"""What helps with every file that can be read here, if the writer's Keras is gone."""


@dataclass(frozen=True)
class Refusal:
    """The cause of a refusal and its repair; both empty where the message is not a known one."""

    cause: str = ""
    repair: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the message was understood."""
        return bool(self.cause)


NO_REFUSAL = Refusal()
"""Of a file that loads, or a message that is not a known one."""


class Known(NamedTuple):
    """A message, as a regular expression, and what it means. ``{0}`` is its first group."""

    message: str
    cause: str
    repair: str


ARGUMENTS = {
    "time_major": "tf.keras (TensorFlow 1.15 to 2.15) and tf_keras write time_major into every "
    "recurrent layer",
    "return_state": "Keras 2.0.5 and later write return_state into every recurrent layer",
    "ragged": "tf.keras, tf_keras and the newer Keras 3 write ragged into the InputLayer",
    "batch_shape": "Keras 3 writes batch_shape into the InputLayer, where Keras 2 wrote "
    "batch_input_shape",
    "batch_input_shape": "Keras 1 and 2 write batch_input_shape into the first layer",
    "quantization_config": "Keras 3 after 3.12 writes quantization_config into layers with a "
    "kernel",
    "input_axes": "Keras 3 after 3.12 writes input_axes into its initializers",
    "optional": "tf_keras of TensorFlow 2.21 and Keras 3.15 write optional into the InputLayer",
    "input_dtype": "Keras 1 writes input_dtype into the first layer, where Keras 2 writes dtype",
    "dtype": "Keras 2 and later write dtype into a layer, where Keras 1 wrote input_dtype",
    "embeddings_initializer": "Keras 2 and later write embeddings_initializer, which Keras 1 calls "
    "init",
}
"""Arguments by name: who writes them."""

KNOWN = (
    Known(
        r"pop expected at most 1 argument, got 2|Expected 'config' to be a dict for Sequential",
        "the configuration of the Sequential is a bare list of layers, as Keras up to 2.2 wrote "
        "it, and this Keras expects an object that holds the list",
        "put the list into an object, {{'name': 'model', 'layers': LIST}}, in the attribute "
        f"model_config of a copy; or {REWRITE}",
    ),
    Known(
        r"list indices must be integers|'list' object has no attribute",
        "the configuration of the Sequential is a bare list of layers, as Keras up to 2.2 wrote it",
        f"load it in a Keras from 2.0 to 2.15; or {REWRITE}",
    ),
    Known(
        r"KeyError: 0$",
        "the configuration of the Sequential is an object that holds the layers, as Keras 2.2.3 "
        "and later write it, and this Keras expects a bare list",
        f"load it in a newer Keras 2; or {REWRITE}",
    ),
    Known(
        r"Expected int32, got -?0\.05 of type|conversion requested dtype int32 for Tensor with|"
        r"Cannot convert -?0\.05 to EagerTensor of dtype int32|local variable 'NORM'",
        "the Embedding was saved with the number type of its tokens, int32, which this Keras "
        "takes for that of its table",
        "set its dtype to float32 in the configuration of a copy; or " + REWRITE,
    ),
    Known(
        r"has type float32 that does not match type float64|float64.*float32|float32.*float64",
        "the model was saved with float64, and this session computes in float32",
        "keras.backend.set_floatx('float64') before loading",
    ),
    Known(
        r"Kernel shape must have the same length as input|expected (?:min_)?ndim=3, found ndim=4|"
        r"Invalid input shape for input",
        "the InputLayer that this Keras makes of batch_input_shape counts the batch as one axis "
        "more",
        f"take the first axis off the shape; or {REWRITE}",
    ),
    Known(
        r"file signature not found|SavedModel file does not exist at: .*\.keras|"
        r"Unable to (?:synchronously )?open (?:object|file).*signature",
        "a .keras file is a zip archive, which this Keras does not open: it reads HDF5 alone",
        f"load it in Keras 2.12 or later and save it as .h5; or {REWRITE}",
    ),
    Known(
        r"No model (?:config )?found|No model found in config",
        "the file holds weights alone, without a description of the layers",
        "build the model in Python, or from its JSON, and call model.load_weights(FILE)",
    ),
    Known(
        r"(?:Unknown|Invalid) layer: '?Functional",
        "a functional model is called Functional since tf.keras 2.4, and this Keras knows it as "
        "Model only",
        "custom_objects={{'Functional': keras.models.Model}}",
    ),
    Known(
        r"Unknown initializer: '?(\w+)",
        "tf.keras writes initializers by the name of their class, {0}, which this Keras does not "
        "look up",
        "custom_objects={{'{0}': an initializer that takes the same arguments}}; the weights "
        "overwrite what it draws",
    ),
    Known(
        r"Could not interpret initializer identifier: .*'class_name': '(\w+)'",
        "the file names the initializer {0}, as other versions call it, and this Keras calls the "
        "class {0}Initializer",
        "custom_objects={{'{0}': keras.initializers.{0}Initializer}}",
    ),
    Known(
        r"Unknown regularizer: '?(\w+)",
        "tf.keras since 2.4 writes regularizers by the name of their class, {0}, which this Keras "
        "does not look up",
        "custom_objects={{'{0}': a regularizer that takes the same arguments}}",
    ),
    Known(
        r"KeyError: 'sample_weight_mode'",
        "the training configuration lacks sample_weight_mode, which tf.keras wrote before 2.2 and "
        "this Keras expects",
        "compile=False: predictions need no loss, metric or optimiser",
    ),
    Known(
        r"(?:Argument\(s\) not recognized: \{'|argument passed to optimizer: |"
        r"TypeError: (?=\w+ is not a valid argument, kwargs should be empty))(\w+)",
        "the optimiser was saved with the argument {0}, which this Keras calls otherwise or does "
        "not have",
        "compile=False: predictions need no loss, metric or optimiser",
    ),
    Known(
        r"(?:Unknown (?:loss|metric|optimizer)(?: function)?|Could not interpret (?:loss|metric|"
        r"optimizer)[^:]*):? ?'?([\w. ]*)",
        "the training configuration names something that this Keras does not know: {0}",
        "compile=False: predictions need no loss, metric or optimiser",
    ),
    Known(
        r"Could not deserialize '(keras\.(?:metrics|losses)\.\w+)'",
        "the loss or metric was saved as a function, {0}, which this Keras does not find again",
        "compile=False: predictions need no loss, metric or optimiser",
    ),
    Known(
        r"Could not locate class '(Sequential|Functional|Model|Dense|LSTM|GRU|SimpleRNN)'",
        "the file names {0} without the module that has it, as Keras up to 2.11 did, and Keras 3 "
        "looks classes up by their module",
        f"custom_objects={{{{'{{0}}': the class of this Keras}}}}; or {REWRITE}",
    ),
    Known(
        r"because its parent module ([\w.]+) cannot be imported",
        "the file names the module that its classes had in the writer, {0}, and in this Keras they "
        "lie elsewhere",
        f"load it in tf.keras 2.12 to 2.15 and save it as .h5; or {REWRITE}",
    ),
    Known(
        r"(?:Unknown layer|Invalid layer|Could not locate class|Unknown object|"
        r"Could not locate function):? '?([\w>. ]+)",
        "the file names {0}, which this Keras does not have: a class of its author's own, or of "
        "another version",
        "custom_objects={{'{0}': the class}}, where you have its code and trust it",
    ),
    Known(
        r"missing (?:\d+ )?required positional argument[^']*'(?:units|filters|rate|stddev)'|"
        r"(?:not understood|unexpected|Unrecognized)[^{{]*(?:output_dim|nb_filter|inner_init|"
        r"consume_less)",
        "the arguments have the names of Keras 1 (output_dim, inner_init, ...), which this Keras "
        "does not translate any more",
        f"load it in Keras 2.0 to 2.3 and save it again; or {REWRITE}",
    ),
    Known(
        r"takes (?:at least|exactly) \d arguments? \(\d given\)|missing \d+ required positional "
        r"arguments?:.*'(?:output_dim|nb_filter|sigma|p)'",
        "the arguments have the names of Keras 2 (units, kernel_initializer, ...), and Keras 1 "
        "waits for its own (output_dim, ...)",
        "load it in Keras 2 or later: a file is not read by an older generation",
    ),
    Known(
        r"(?:DTypePolicy|Unknown dtype policy|Could not interpret dtype|type 'dict'|"
        r"unhashable type: 'dict')",
        "Keras 3 writes the number type as an object (DTypePolicy), and this Keras expects a word",
        f"load it in Keras 3; or {REWRITE}",
    ),
    Known(
        r"'str' object has no attribute 'decode'",
        "this Keras is from before h5py 3, and expects bytes where h5py 3 gives text",
        "install h5py<3 beside it",
    ),
    Known(
        r"Improper config format",
        "another Keras describes this object (a regularizer, an initializer) in another form",
        f"{REWRITE}",
    ),
    Known(
        r"weight file containing (\d+) layers|expects? (\d+) weights?|Layer count mismatch|"
        r"(?:shape|Shape)s? .*(?:mismatch|incompatible|not compatible)|axes don't match",
        "the arrays in the file are not those of the layers that this Keras makes of the "
        "configuration: other versions count layers and arrays in another way",
        f"{REWRITE}",
    ),
    Known(
        r"expected (\d+) variables, but received 0 variables during loading|"
        r"A total of \d+ objects could not be loaded",
        "this Keras looks for the arrays of a .keras file under other names than those under which "
        "the writer stored them",
        f"save it as .h5 in the Keras that wrote it; or {REWRITE}",
    ),
    Known(
        r"GRU\(reset_after=False\) is not compatible",
        "the file has a GRU of the older form, whose reset comes before the product, and this "
        "Keras builds the newer form by default",
        "put 'reset_after': false into the configuration of the layer in a copy",
    ),
    Known(
        r"Could not find valid device for node|No module named 'tensorflow\.contrib'",
        "the file has a CuDNN layer, for which this TensorFlow has no way to compute on this "
        "machine",
        f"build the same model of LSTM layers with recurrent_activation='sigmoid', and load the "
        f"weights; or {REWRITE}",
    ),
    Known(
        r"m_pMemDesc->isDefined",
        "Keras on OpenVINO cannot predict with a stateful model",
        "load it with another backend",
    ),
    Known(
        r"CudnnRNN|Cudnn(?:LSTM|RNN)|CuDNN",
        "the file has a CuDNN layer, which computes on a GPU only",
        f"build the same model of LSTM layers with recurrent_activation='sigmoid', and load the "
        f"weights; or {REWRITE}",
    ),
    Known(
        r"AbstractConv2d Theano optimization failed|MethodNotDefined: .*CorrMM",
        "this Theano is set to compile nothing in C (linker=py), and has no convolution then",
        "leave THEANO_FLAGS out",
    ),
    Known(
        r"loading ended with|no answer in \d",
        "the library crashed on this file, or did not come to an end",
        REWRITE,
    ),
    Known(
        r"marshal|Lambda",
        "the file holds Python code (Lambda), which newer Kerases do not run unless told to",
        "build the model in Python and load the weights",
    ),
)

ARGUMENT = re.compile(
    r"(?:Unrecognized keyword arguments?(?: passed to \w+)?:(?:', dict_keys)?|"
    r"unexpected keyword argument|"
    r"[Kk]eyword argument not understood:?'?,?) *[\[{(]*u?['\"]?(\w+)"
)


def understand(message: str, kind: str = "") -> Refusal:
    """The cause and the repair behind a message; ``kind`` is the type of the exception.

    The reason stands behind "Exception encountered" where a newer Keras wraps it.
    """
    text = f"{kind}: {message}" if kind else message
    reason = telling(text)
    for one in KNOWN:
        if found := re.search(one.message, reason):
            groups: Sequence[str] = [group or "" for group in found.groups()]
            words = [next((group for group in groups if group), "").strip()]
            return Refusal(one.cause.format(*words), one.repair.format(*words))
    if found := ARGUMENT.search(reason):
        return of_arguments(
            re.findall(r"'(\w+)':", reason)
            or re.findall(r"'(\w+)'", dict_keys(reason))
            or [found[1]]
        )
    if found := WRAPPED.search(reason):
        return Refusal(
            f"another version wrote the configuration of {found[1] or found[2]}, with arguments "
            "that this one does not know",
            REWRITE,
        )
    if "Exception encountered when calling" in reason:
        return Refusal("the layers that this Keras makes of the file do not fit together", REWRITE)
    return NO_REFUSAL


WRAPPED = re.compile(
    r"<class '[\w.]*?(\w+)'> could not be deserialized properly|"
    r"Error when deserializing class '(\w+)'"
)
"""The first line of a message whose reason stands in its last line."""


def telling(message: str) -> str:
    """The part of a message that says why: the last exception that it wraps, if it wraps one."""
    return message.rsplit("Exception encountered:", 1)[-1].strip()


def dict_keys(reason: str) -> str:
    """What stands between the brackets of ``dict_keys(['a', 'b'])``; empty where nothing does."""
    found = re.search(r"dict_keys\(\[(.*?)\]\)", reason)
    return found[1] if found else ""


def of_arguments(words: Sequence[str]) -> Refusal:
    """Arguments that the reader does not know."""
    who = [ARGUMENTS.get(word, f"another version of Keras writes {word}") for word in words]
    such = "and this one knows no such argument" if len(who) == 1 else "and this one knows neither"
    return Refusal(
        f"{'; '.join(dict.fromkeys(who))}, {such}",
        f"custom_objects with a subclass that drops {' and '.join(words)}; or {REWRITE}",
    )
