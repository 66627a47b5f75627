"""Compares what real Helm and Plimsoll print for public charts."""
