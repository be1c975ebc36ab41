"""The only reader of the environment. Everything is read when it is asked for, never at import."""

import os


def stage() -> str:
    """Name of the deployment; it is part of every table, queue and parameter name."""
    return os.environ.get('WEILIN_STAGE', 'local')


def is_demonstration() -> bool:
    """Whether only invented residents write: the local machine. What nobody has confirmed yet is shown there alone."""
    return stage() == 'local'


def region() -> str:
    return os.environ.get('AWS_REGION') or os.environ.get('AWS_DEFAULT_REGION') or 'cn-north-1'


def function_name() -> str | None:
    """The Lambda function this process serves; None where it is not Lambda."""
    return os.environ.get('AWS_LAMBDA_FUNCTION_NAME') or None


def aws_endpoint() -> str | None:
    """Where AWS answers; None means AWS itself, anything else is a local stand-in.

    botocore reads AWS_ENDPOINT_URL by itself: we have to know of it too, since pages name where the bucket is.
    """
    return os.environ.get('WEILIN_AWS_ENDPOINT') or os.environ.get('AWS_ENDPOINT_URL') or None


def wechat_api() -> str:
    """Base address of WeChat's API, without a slash at the end."""
    return os.environ.get('WEILIN_WECHAT_API', 'https://api.weixin.qq.com').rstrip('/')


def wechat_open() -> str:
    """Base address of the page on which WeChat says who opens ours (OAuth), without a slash at the end."""
    return os.environ.get('WEILIN_WECHAT_OPEN', 'https://open.weixin.qq.com').rstrip('/')


def wecom_api() -> str:
    """Base address of WeCom's API, where group robots are, without a slash at the end."""
    return os.environ.get('WEILIN_WECOM_API', 'https://qyapi.weixin.qq.com').rstrip('/')


def base_url() -> str | None:
    """Public address of the staff pages where the environment says it; `address` knows it in any case."""
    return os.environ.get('WEILIN_BASE_URL') or ('http://127.0.0.1:8000' if stage() == 'local' else None)


def base_url_parameter() -> str:
    """The String parameter in which the deployment's template keeps that address."""
    return f'/weilin/{stage()}/base-url'


def alarm_topic() -> str | None:
    """ARN of the SNS topic by which operators are told; None where there is none."""
    return os.environ.get('WEILIN_ALARM_TOPIC') or None


def table_name(table: str) -> str:
    return f'weilin-{stage()}-{table}'


def account_parameter(account_id: str) -> str:
    """The SecureString with all secret values of one Official Account."""
    return f'/weilin/{stage()}/accounts/{account_id}'


def robot_parameter(unit_id: str) -> str:
    """The SecureString with the key of one unit's group robot."""
    return f'/weilin/{stage()}/robots/{unit_id}'


def sms_parameter() -> str:
    """The SecureString with address and key of the SMS provider, as JSON: url, key."""
    return f'/weilin/{stage()}/sms'


def media_bucket() -> str:
    return os.environ['WEILIN_MEDIA_BUCKET']


def queue_url(queue: str) -> str:
    """Address of a queue by its short name."""
    return os.environ[queue_setting(queue)]


def queue_setting(queue: str) -> str:
    """The variable that holds a queue's address: WEILIN_QUEUE_MEDIA for `media`, WEILIN_QUEUE_LATE for `late.fifo`."""
    return f'WEILIN_QUEUE_{queue.removesuffix(".fifo").upper()}'
