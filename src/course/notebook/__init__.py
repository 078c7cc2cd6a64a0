"""What learners touch in a notebook."""
