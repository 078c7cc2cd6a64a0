"""What lesson 12 sees: the layers of one request, the browser's side of it, and what a layer costs."""

from .browser import BrowserPicture, browser
from .costs import layer_costs
from .onion import Onion, onion

__all__ = ["BrowserPicture", "Onion", "browser", "layer_costs", "onion"]
