"""Production FastAPI: the engine behind the notebooks.

In a notebook: `import course`, then `api = await course.begin(1)`.
"""
