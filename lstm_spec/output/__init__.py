"""What leaves the program: safe text, files and folders written whole, terminals that break."""
