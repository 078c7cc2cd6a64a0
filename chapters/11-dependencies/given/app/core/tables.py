"""The tables of the shop's file, made when an app starts. Migrations take over in chapter 14."""

TABLES = """
CREATE TABLE IF NOT EXISTS newsletters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL UNIQUE
);
CREATE TABLE IF NOT EXISTS subscriptions (
    newsletter_id INTEGER NOT NULL REFERENCES newsletters DEFERRABLE INITIALLY DEFERRED,
    email TEXT NOT NULL,
    PRIMARY KEY (newsletter_id, email)
);
"""
