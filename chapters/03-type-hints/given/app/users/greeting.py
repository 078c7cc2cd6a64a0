"""The first line of the newsletter and of the home page."""


def greet(user):
    first_name = user.full_name.split()[0]
    return f"Welcome back, {first_name}!"
