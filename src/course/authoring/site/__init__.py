"""`course build --site DIR`: the first lesson as a static page that runs in the reader's browser (JupyterLite)."""
