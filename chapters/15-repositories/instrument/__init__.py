"""What lesson 15 sees: the calls of one request, from layer to layer, and the statements that they end in."""

from .asking import Layers, layers

__all__ = ["Layers", "layers"]
