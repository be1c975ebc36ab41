"""The words of what is kept, and of who looked."""

from chalicelib.catalogue import catalogue

say = catalogue(__file__)
