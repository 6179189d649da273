"""How fast, how small: each measurement is a row of one table, with the bar it has to pass."""
