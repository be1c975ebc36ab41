"""Sockets of the local servers: on this machine only, and a clear word where a port is taken."""

import errno
import socket

HOST = '127.0.0.1'


class PortInUse(Exception):
    """Somebody else listens there; the text says which option chooses another port."""

    def __init__(self, port: int, option: str) -> None:
        super().__init__(f'Port {port} is already in use. Choose another one with {option}, 0 for any free one.')


def listen(port: int, option: str) -> socket.socket:
    """A listening socket on 127.0.0.1; port 0 takes a free one."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(port, option) from None
        raise
    listening.listen(128)
    return listening
