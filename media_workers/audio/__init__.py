"""From a speaker's packets to everybody's: time and samples in, no event loop."""
