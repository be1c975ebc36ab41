"""The inbox's words, for residents and staff."""

from chalicelib.catalogue import catalogue

say = catalogue(__file__)
