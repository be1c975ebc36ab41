"""The chat's words."""

from chalicelib.catalogue import catalogue

say = catalogue(__file__)
