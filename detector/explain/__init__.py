"""Heat maps: the places in a picture that raised its score."""
