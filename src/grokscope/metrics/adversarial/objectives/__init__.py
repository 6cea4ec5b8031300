"""What an attack climbs, one module each with a function `objective`; the declaration of the metric lists them."""
