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
CREATE TABLE IF NOT EXISTS issues (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    newsletter_id INTEGER NOT NULL REFERENCES newsletters,
    subject TEXT NOT NULL,
    publish_at TEXT NOT NULL,
    opens INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS reasons (
    code TEXT PRIMARY KEY
);
INSERT OR IGNORE INTO reasons (code) VALUES ('broken'), ('late'), ('unwanted');
CREATE TABLE IF NOT EXISTS returns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    shop_id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    reason TEXT NOT NULL REFERENCES reasons DEFERRABLE INITIALLY DEFERRED -- looked at by COMMIT
);
CREATE TABLE IF NOT EXISTS refunds (
    return_id INTEGER PRIMARY KEY REFERENCES returns,
    cents INTEGER NOT NULL CHECK (cents BETWEEN 1 AND 50000) -- more is for the head office
);
CREATE TABLE IF NOT EXISTS journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    shop_id INTEGER NOT NULL,
    changes INTEGER NOT NULL
);
"""
