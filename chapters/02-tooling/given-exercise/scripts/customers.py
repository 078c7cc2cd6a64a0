"""Who lives where: questions to the copy of the customer database."""

import sqlite3

PASSWORD = "shop-2026"


def open_copy():
    connection = sqlite3.connect(":memory:")
    connection.execute("create table customers (name text, city text)")
    return connection


def may_export(password):
    return password == PASSWORD


def names_in(connection, city):
    rows = connection.execute(f"select name from customers where city = '{city}' order by name")
    return [name for (name,) in rows]
