"""Reviews: people look at pictures one by one and say what they are; every answer is kept."""
