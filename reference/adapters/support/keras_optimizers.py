"""From the description of an optimiser to that of a Keras of any generation before the third."""

from lstm_spec.contract import Unsupported

SHARED = ["clipnorm", "clipvalue", "global_clipnorm", "weight_decay"]
OWN = {
    "SGD": ["learning_rate", "momentum", "nesterov"],
    "Adam": ["learning_rate", "beta_1", "beta_2", "epsilon", "amsgrad"],
    "AdamW": ["learning_rate", "beta_1", "beta_2", "epsilon", "amsgrad"],
    "RMSprop": ["learning_rate", "rho", "momentum", "epsilon", "centered"],
}
MAPS = {kind: OWN[kind] + SHARED for kind in OWN}
"""What some of these Kerases have; what the one at hand lacks is ``Unsupported``."""

ALWAYS = dict(OWN, RMSprop=["learning_rate", "rho", "epsilon"], Adam=OWN["Adam"][:4])
ALWAYS["AdamW"] = OWN["AdamW"][:4] + ["weight_decay"]
"""The settings that are stated whatever they are: those that every version takes, and those whose
default asks for something."""

FOREIGN = ("unexpected keyword", "not recognized", "invalid keyword", "not accepted")
"""What a Keras says of an argument that it does not have, in lower case."""


def keras_optimizer(library, optimizer):
    """The optimiser with every setting stated that all versions have; the rate was ``lr`` once.

    Others are told where they ask for something.
    """
    name = type(optimizer).__name__
    kind = getattr(library.keras.optimizers, name, None)
    if kind is None or name not in OWN:
        raise Unsupported("this Keras has no optimiser for %r" % (optimizer,))
    told = {one: getattr(optimizer, one) for one in ALWAYS[name]}
    for one in MAPS[name]:
        if getattr(optimizer, one):
            told[one] = getattr(optimizer, one)
    if not library.inside_tensorflow and library.generation < (2, 3):
        told["lr"] = told.pop("learning_rate")
    try:
        return kind(**told)
    except (TypeError, ValueError) as error:
        if any(words in str(error).lower() for words in FOREIGN):
            raise Unsupported("this Keras refuses a setting of %r: %s" % (optimizer, error))
        raise
