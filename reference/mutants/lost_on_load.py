"""What a saved file has lost, or a clone: often seen in one method of the copy only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.model import SGD, Adam, Bidirectional, Dense, Masking
from reference.mutants.planting import planter
from reference.numpy import NumpyImplementation, NumpyModel
from reference.numpy.optimizers import AdamOptimizer, SGDOptimizer

plant = planter("persistence")


class Loading(NumpyImplementation):
    """Loads with another description than it saved, of the same weights."""

    def load(self, path):
        saved = super().load(path)
        model = self.build(self.changed(saved.spec))
        model.set_weights(saved.weights)
        model.optimizer.restore(saved.optimizer.memory())
        return model

    def changed(self, spec):
        return replace(spec, layers=tuple(self.layer(one) for one in spec.layers))

    def layer(self, layer):
        return layer.with_cells(self.cell)

    def cell(self, cell):
        return cell


@plant(
    "A loaded layer has tanh as its activation.",
    "LIFE-150",
    diagnosis="the saved file lacks activation",
)
class ActivationIsLost(Loading):
    def cell(self, cell):
        return replace(cell, activation="tanh")


@plant(
    "A loaded layer has sigmoids as its gates.",
    "LIFE-150",
    diagnosis="the saved file lacks recurrent_activation",
)
class GatesAreLost(Loading):
    def cell(self, cell):
        return replace(cell, recurrent_activation="sigmoid")


@plant("A loaded layer reads forwards.", "LIFE-150", diagnosis="the saved file lacks go_backwards")
class DirectionIsLost(Loading):
    def cell(self, cell):
        return replace(cell, go_backwards=False)


@plant("Of several layers, the last one is no longer stateful when it is loaded.", "LIFE-150")
class LastLayerIsStateless(Loading):
    def changed(self, spec):
        *before, last = spec.recurrent_layers
        if len(before) < 2 or not any(one.stateful for one in before) or not last.stateful:
            return spec
        place = max(k for k, one in enumerate(spec.layers) if one.directions)
        layers = list(spec.layers)
        layers[place] = layers[place].with_cells(lambda one: replace(one, stateful=False))
        return replace(spec, layers=tuple(layers))


@plant("A loaded Dense layer is linear.", "LIFE-150")
class DenseActivationIsLost(Loading):
    def layer(self, layer):
        return replace(layer, activation="linear") if isinstance(layer, Dense) else layer


@plant("A loaded bidirectional layer adds its halves, however it merged them.", "LIFE-150")
class MergeModeIsLost(Loading):
    def layer(self, layer):
        alike = isinstance(layer, Bidirectional) and layer.merge_mode != "concat"
        return replace(layer, merge_mode="sum") if alike else layer


@plant("A loaded model is trained with the squared error.", "LIFE-150")
class LossIsLost(Loading):
    def changed(self, spec):
        return replace(spec, loss="mse")


@plant("A loaded model masks zeros, whatever was masked before.", "LIFE-141")
class MaskValueIsLost(Loading):
    def layer(self, layer):
        return Masking() if isinstance(layer, Masking) else layer


@plant("A loaded SGD has the learning rate of its default.", "LIFE-150")
class RateOfSGDIsLost(Loading):
    def changed(self, spec):
        if not isinstance(spec.optimizer, SGD):
            return spec
        rate = SGD().learning_rate
        return replace(spec, optimizer=replace(spec.optimizer, learning_rate=rate))


def losing(name):
    """An implementation whose loaded Adam has the default of one setting."""

    class Loses(Loading):
        def changed(self, spec):
            if not isinstance(spec.optimizer, Adam):
                return spec
            default = getattr(Adam(), name)
            return replace(spec, optimizer=replace(spec.optimizer, **{name: default}))

    return Loses


for setting in ("learning_rate", "beta_1", "beta_2", "epsilon"):
    sentence = f"A loaded Adam has the default of its {setting.replace('_', ' ')}."
    plant(sentence, "LIFE-150")(losing(setting))


@plant("A loaded model computes in float32.", "LIFE-150")
class LoadsFloat32(NumpyImplementation):
    def load(self, path):
        model = super().load(path)
        run = model.run

        def rounded(x, mask, starting):
            outputs, mask, final = run(x, mask, starting)
            return outputs.astype(np.float32).astype(outputs.dtype), mask, final

        model.run = rounded
        return model


@plant("The bias of the second of three layers is zero when it is loaded.", "LIFE-150")
class SecondBiasIsLost(NumpyImplementation):
    def load(self, path):
        model = super().load(path)
        layers = [one for one in model.layers if getattr(one, "bias", None) is not None]
        if len(model.spec.recurrent_layers) >= 3 and len(layers) >= 2:
            layers[1].bias[...] = 0
        return model


@plant(
    "Equal-width halves of a bidirectional layer are exchanged when loaded.",
    "LIFE-150",
    diagnosis="the halves of a bidirectional layer are exchanged in the saved file",
)
class HalvesAreExchanged(NumpyImplementation):
    def load(self, path):
        model, place = super().load(path), 0
        for layer, own in zip(model.spec.layers, model.spec.layer_weights, strict=True):
            if isinstance(layer, Bidirectional) and layer.backward_layer is None:
                half = len(own) // 2
                ahead = model.weights[place : place + half]
                back = model.weights[place + half : place + len(own)]
                for one, other in zip(ahead, back, strict=True):
                    one[...], other[...] = other.copy(), one.copy()
            place += len(own)
        return model


class Forgetful(AdamOptimizer):
    """Restores a part of its memory."""

    kept: tuple[str, ...] = ("t", "m", "v")

    def restore(self, memory):
        lost = {name for name in ("t", "m", "v") if name not in self.kept}
        super().restore({name: one * (name not in lost) for name, one in memory.items()})


@plant("A loaded Adam counts its updates from one again.", "TRAIN-140 LIFE-150")
class CountIsLost(Forgetful):
    kept = ("m", "v")


@plant("A loaded Adam has no second moments.", "TRAIN-140 LIFE-150")
class SecondMomentIsLost(Forgetful):
    kept = ("t", "m")


@plant("A loaded Adam has no first moments.", "TRAIN-140 LIFE-150")
class FirstMomentIsLost(Forgetful):
    kept = ("t", "v")


@plant("A loaded Adam is a new one.", "TRAIN-140 LIFE-150")
class MemoryIsLost(Forgetful):
    kept = ()


@plant("A clone goes on with the moments of its original.", "TRAIN-141 LIFE-151")
class CloneHasTheMoments(NumpyModel):
    def clone(self):
        twin = super().clone()
        if isinstance(self.optimizer, AdamOptimizer):
            twin.optimizer.restore(self.optimizer.memory())
        return twin


@plant("A clone and its original train with one optimiser.", "TRAIN-141")
class CloneSharesTheOptimizer(NumpyModel):
    def clone(self):
        twin = super().clone()
        twin.optimizer = self.optimizer
        return twin


@plant("A clone of a model without biases reads backward layers forwards.", "LIFE-151")
class CloneOfABiaslessModelReadsForwards(NumpyModel):
    def clone(self):
        spec = self.spec
        if not any(one.use_bias for one in spec.recurrent_layers):
            spec = spec.with_cells(lambda one: replace(one, go_backwards=False))
        twin = type(self)(spec, self.engine)
        twin.set_weights(self.weights)
        return twin


@plant("A clone has the default rate of SGD.", "LIFE-151")
class CloneHasTheDefaultRate(NumpyModel):
    def clone(self):
        twin = super().clone()
        if isinstance(twin.optimizer, SGDOptimizer):
            twin.optimizer = SGDOptimizer(SGD(), twin.parameters, self.optimizer.arrays)
        return twin


@plant("A clone of stacked layers is stateful in its first layer only.", "LIFE-151")
class CloneCarriesTheFirstLayerOnly(NumpyModel):
    def clone(self):
        twin = super().clone()
        twin.carrying = [carries and k == 0 for k, carries in enumerate(twin.carrying)]
        return twin
