"""What is carried where a model has several layers or directions."""

from __future__ import annotations

from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.layers import BidirectionalLayer

plant = planter("carry")


def carried_by(choose) -> type[NumpyModel]:
    """A model in which only the directions that ``choose(index, count)`` names carry a state."""

    class SomeCarry(NumpyModel):
        def carry(self, final):
            last = len(final)
            super().carry(
                [
                    (h, c) if choose(index, last) else (0 * h, 0 * c)
                    for index, (h, c) in enumerate(final)
                ]
            )

    return SomeCarry


plant(
    "Only the first recurrent layer carries its state.",
    "STATE-45 LIFE-18",
    diagnosis="only the first of two recurrent layers carries its state",
)(carried_by(lambda index, count: index == 0))
plant(
    "Only the last recurrent layer carries its state.",
    "STATE-45 LIFE-18",
    diagnosis="only the second of two recurrent layers carries its state",
)(carried_by(lambda index, count: index == count - 1))


@plant(
    "The backward direction does not carry its state.",
    "STATE-48 STATE-49",
    address="keras#4421",
    diagnosis="the backward half of a bidirectional layer carries no state",
)
class BackwardDirectionForgets(NumpyModel):
    def carry(self, final):
        directions = self.spec.recurrent_layers
        super().carry(
            [
                (0 * h, 0 * c) if layer.go_backwards else (h, c)
                for layer, (h, c) in zip(directions, final, strict=True)
            ]
        )


@plant(
    "The two directions of a bidirectional layer swap their states when they are carried.",
    "STATE-49",
    address="TF#34055",
    diagnosis="the halves of a bidirectional layer swap their states",
)
class DirectionsSwapTheirStates(NumpyModel):
    def carry(self, final):
        directions = self.spec.recurrent_layers
        ahead = [layer.go_backwards for layer in directions]
        super().carry(final[::-1] if ahead == [False, True] else final)


@plant(
    "A stateless layer beside a stateful one carries its state, too.",
    "STATE-46",
    diagnosis="a stateless layer above a stateful one carries its state, too",
)
class EveryLayerCarries(NumpyModel):
    def __init__(self, spec, engine):
        super().__init__(spec, engine)
        if spec.stateful:
            self.carrying = [True] * len(self.carrying)
            self.reset_states()


@plant("The backward direction goes on from where the forward one ended.", "STATE-49")
class BackwardFollowsForward(BidirectionalLayer):
    def forward(self, x, mask, states):
        outputs, mask, final = super().forward(x, mask, states)
        return outputs, mask, [final[0], final[0]]
