"""The server on Binder. Installed into the image by postBuild."""

c = get_config()  # noqa: F821 - Jupyter provides it

# Open the course map, also for a link without a path.
c.LabApp.default_url = "/lab/tree/notebooks/00-welcome.ipynb"
c.ServerApp.default_url = "/lab/tree/notebooks/00-welcome.ipynb"

# A session has 1 to 2 GB: kernels of notebooks that nobody looks at any more give theirs back.
c.MappingKernelManager.cull_idle_timeout = 30 * 60
c.MappingKernelManager.cull_interval = 5 * 60

# Lessons show pages of the learner's own server (Swagger UI, for one) in a frame of the same origin.
c.ServerApp.tornado_settings = {"headers": {"Content-Security-Policy": "frame-ancestors 'self'"}}
