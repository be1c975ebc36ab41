"""The bucket of photos, voice and video: private, encrypted, reached over TLS only, and emptied by age."""

from typing import Any

from ops import resources
from ops.stack.names import att
from ops.stack.options import Options

NAME = {'Fn::Sub': 'weilin-${Stage}-media-${AWS::AccountId}'}


def build(options: Options) -> dict[str, Any]:
    made = {'MediaBucket': _bucket(options)}
    return {**made, 'MediaBucketPolicy': _policy(options)} if options.tls else made


def _bucket(options: Options) -> dict[str, Any]:
    rules = [
        {
            'Id': rule['ID'],
            'Status': rule['Status'],
            'Prefix': rule['Filter']['Prefix'],
            'ExpirationInDays': rule['Expiration']['Days'],
            'AbortIncompleteMultipartUpload': rule['AbortIncompleteMultipartUpload'],
        }
        for rule in resources.lifecycle()
    ]
    return {
        'Type': 'AWS::S3::Bucket',
        **options.kept,
        'Properties': {
            'BucketName': NAME,
            'PublicAccessBlockConfiguration': resources.PRIVATE,
            'BucketEncryption': {
                'ServerSideEncryptionConfiguration': [{'ServerSideEncryptionByDefault': {'SSEAlgorithm': 'AES256'}}]
            },
            'OwnershipControls': {'Rules': [{'ObjectOwnership': 'BucketOwnerEnforced'}]},
            'LifecycleConfiguration': {'Rules': rules},
        },
    }


def _policy(options: Options) -> dict[str, Any]:
    all_of_it = [att('MediaBucket'), {'Fn::Sub': '${MediaBucket.Arn}/*'}]
    return {
        'Type': 'AWS::S3::BucketPolicy',
        **options.kept,
        'Properties': {
            'Bucket': {'Ref': 'MediaBucket'},
            'PolicyDocument': {
                'Version': '2012-10-17',
                'Statement': [
                    {
                        'Sid': 'TlsOnly',
                        'Effect': 'Deny',
                        'Principal': '*',
                        'Action': 's3:*',
                        'Resource': all_of_it,
                        'Condition': {'Bool': {'aws:SecureTransport': 'false'}},
                    }
                ],
            },
        },
    }
