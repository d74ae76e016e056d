"""Four vendor clouds over loopback HTTP, and the small world of chargers behind them."""
