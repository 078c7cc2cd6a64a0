"""Read the shelf list: one `product,quantity` a line, counted by hand every evening."""

from datetime import datetime


def read_stock(text):
    stock = {}
    for line in text.splitlines():
        try:
            product, quantity = line.split(",")
            stock[product.strip()] = int(quantity)
        except Exception:
            pass
    return stock


def file_name(moment=datetime.utcnow()):
    return f"stock-{moment:%Y-%m-%d}.txt"
