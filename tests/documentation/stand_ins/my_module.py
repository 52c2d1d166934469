"""A reader's own implementation, with the deviation that the page on CI takes for an example."""

from reference.mutants import (
    a_stateful_call_broadcasts_the_first_row_s_state_to_a_batch_of_another_size as implementation,
)

__all__ = ["implementation"]
