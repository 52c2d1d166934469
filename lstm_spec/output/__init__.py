"""What leaves the program: text that is safe to show, files written whole, terminals that break."""
