"""Where deployments come from: a private bucket of this account and region, in which a file's name is its content."""

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError


class Artifacts:
    """`s3` and the account's number; the bucket is made on first use."""

    def __init__(self, s3: Any, account: str, region: str) -> None:
        self.bucket = f'weilin-artifacts-{account}-{region}'
        self._s3, self._region = s3, region

    def prepare(self) -> None:
        with suppress(self._s3.exceptions.BucketAlreadyOwnedByYou):
            elsewhere = {} if self._region == 'us-east-1' else {'LocationConstraint': self._region}
            self._s3.create_bucket(
                Bucket=self.bucket, **({'CreateBucketConfiguration': elsewhere} if elsewhere else {})
            )
        self._s3.put_public_access_block(
            Bucket=self.bucket,
            PublicAccessBlockConfiguration={
                'BlockPublicAcls': True,
                'IgnorePublicAcls': True,
                'BlockPublicPolicy': True,
                'RestrictPublicBuckets': True,
            },
        )

    def put(self, file: Path, kind: str) -> str:
        """Upload what is not there yet; the key. `kind` is its folder: code, layer."""
        return self._put(file.read_bytes(), kind, file.suffix)

    def put_text(self, text: str, kind: str) -> str:
        return self._put(text.encode(), kind, '.json')

    def url(self, key: str) -> str:
        """As CloudFormation takes a template's address: it reads it with the caller's rights."""
        return f'{self._s3.meta.endpoint_url}/{self.bucket}/{key}'

    def _put(self, content: bytes, kind: str, suffix: str) -> str:
        key = f'{kind}/{hashlib.sha256(content).hexdigest()}{suffix}'
        try:
            self._s3.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if error.response['Error']['Code'] not in ('404', 'NoSuchKey', 'NotFound'):
                raise
            self._s3.put_object(Bucket=self.bucket, Key=key, Body=content)
        return key
