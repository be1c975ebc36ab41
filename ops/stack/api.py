"""The API as Chalice describes it, with the limit of what it lets through.

It has no access log, no execution log and no tracing: all of them write down paths, and those of staff pages hold
openids.
"""

from typing import Any

from ops.stack import figures
from ops.stack.names import named

API = 'AWS::Serverless::Api'


def complete(properties: dict[str, Any]) -> None:
    limits = {'ThrottlingRateLimit': figures.API_RATE, 'ThrottlingBurstLimit': figures.API_BURST}
    properties.update({
        'Name': named('api'),
        'OpenApiVersion': '2.0',  # said, SAM makes no second stage called Stage
        'MethodSettings': [{'HttpMethod': '*', 'ResourcePath': '/*', **limits}],
    })  # fmt: skip
