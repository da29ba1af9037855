"""The caption plane: speech in, lines out, one recogniser stream per person really speaking."""
