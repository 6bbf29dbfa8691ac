"""``persync logs``: the ends of logs, and what is added to them."""
