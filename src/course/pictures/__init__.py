"""Pictures: data in, HTML or SVG and a text twin out. Nothing here knows of notebooks or kernels."""
