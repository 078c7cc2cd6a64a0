"""`my-api` on disk: safe writes, sources to files, checkpoints, fresh imports, an in-process client, the tools."""
