"""What lesson 08 sees from the other side: `await course.lifelines(api, …)`, an app's connections from start to stop."""

from .lifelines import Lifelines, lifelines

__all__ = ["Lifelines", "lifelines"]
