"""The stage: decks of pictures shown to an audience, what it guesses, and what a detector answered beforehand."""
