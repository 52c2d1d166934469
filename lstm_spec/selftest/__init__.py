"""Is the suite right? Planted mistakes are judged, and conforming implementations too."""
