"""What lesson 11 sees of one request: `await course.dependency_tree(api, "POST", path, json={…})`."""

from .asking import DependencyTrees, dependency_tree

__all__ = ["DependencyTrees", "dependency_tree"]
