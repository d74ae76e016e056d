"""Many people at once for a minute, and few for a day: nothing is lost, and nothing grows."""
