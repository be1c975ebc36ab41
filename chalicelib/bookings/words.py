"""What residents are told of their bookings: the words of words.toml."""

from chalicelib.catalogue import catalogue

say = catalogue(__file__)
