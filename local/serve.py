"""`make run`: everything on this machine, the product, a local AWS and the stand-in WeChat, and where to look."""

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

from local.cloud import CloudFailed
from local.ports import PortInUse
from local.product import InUse, Product

ROOT = Path(__file__).parents[1]


def main() -> None:
    options = _options()
    ended = threading.Event()
    for told in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(told, lambda *_: ended.set())
    logging.basicConfig(level=logging.WARNING, format='%(levelname)s %(name)s: %(message)s')
    try:
        with Product(options.data, options.port, options.phones_port, options.aws_port) as product:
            print(_welcome(product), flush=True)
            while not ended.wait(1):
                product.cloud.check()
    except (PortInUse, CloudFailed, InUse) as error:
        sys.exit(f'\n{error}')
    print('\nEnded; everything is kept for the next time.')


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='python -m local.serve', description=__doc__)
    parser.add_argument(
        '--port', type=int, default=8000, help='staff pages and the callback for WeChat (default: 8000)'
    )
    parser.add_argument(
        '--phones-port', type=int, default=8001, help='the stand-in WeChat and its phones (default: 8001)'
    )
    parser.add_argument('--aws-port', type=int, default=4566, help='the local AWS (default: 4566)')
    parser.add_argument('--data', type=Path, default=ROOT / '.local' / 'data', help='where everything is kept')
    return parser.parse_args()


def _welcome(product: Product) -> str:
    from local.alliance import INVITED

    lines = [
        '',
        'Weilin is running.',
        '',
        f'  Phones       {product.phones_url}',
        f'  Staff pages  {product.url}/desk',
        '',
        'Be a resident: take the phone of 小林, scan the poster of 仙游路社区 and write something.',
        'Be the clerk:  open the staff pages and send the six digits you see there from the phone of 王敏.',
    ]
    if product.invitation:
        lines.append(f'Be new:        {INVITED.name} becomes a clerk by sending {product.invitation} from her phone.')
    return '\n'.join([*lines, '', 'Ctrl-C ends everything; the next run finds it again.'])


if __name__ == '__main__':
    main()
