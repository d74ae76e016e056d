"""From what a sweep saw to what people are told: every decision a pure function with a reason."""
