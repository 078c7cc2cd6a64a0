"""Jupyter's settings for everybody in a workshop, the instructor included."""

import zmq

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - traitlets runs this file with it

# Under a hub Jupyter's terminals are login shells, and /etc/profile resets PATH: `course` would not be found.
c.ServerApp.terminado_settings = {"shell_command": ["/bin/bash"]}

# Lessons show pages of the learner's own server in a frame; Formgrader opens in one, too.
c.ServerApp.tornado_settings = {"headers": {"Content-Security-Policy": "frame-ancestors 'self'"}}

# Kernels listen on loopback, where every account of the machine can listen in: what they say is encrypted.
if zmq.has("curve"):
    c.KernelManager.transport_encryption = "auto"

# Kernels of notebooks that nobody looks at give their memory back.
c.MappingKernelManager.cull_idle_timeout = 30 * 60
c.MappingKernelManager.cull_interval = 5 * 60
