"""What every repository promises, whatever it keeps things in."""
