"""A network with one fixed address towards WeChat: only where the operator chose NAT."""

from typing import Any

from ops.stack.names import att, named

_NETWORK = '10.66.0.0/16'
_PRIVATE = ('10.66.1.0/24', '10.66.2.0/24')
_PUBLIC = '10.66.0.0/24'

# What Lambda does in the function's name to put it into the network; EC2 knows no narrower resource for them.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
INTERFACES = {
    'Effect': 'Allow',
    'Action': [
        'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets',
        'ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses',
    ],
    'Resource': '*',
}  # fmt: skip


def attached() -> dict[str, Any]:
    """A function's place in the network, if there is one."""
    place = {
        'SecurityGroupIds': [att('OutwardOnly', 'GroupId')],
        'SubnetIds': [{'Ref': 'PrivateA'}, {'Ref': 'PrivateB'}],
    }
    return {'Fn::If': ['UseNat', place, {'Ref': 'AWS::NoValue'}]}


def build() -> dict[str, Any]:
    """All under the condition UseNat."""
    ways_out = {
        'PublicRoutes': _of('RouteTable'),
        'PublicRoute': _of('Route', RouteTableId={'Ref': 'PublicRoutes'}, GatewayId={'Ref': 'Internet'}, **_ANYWHERE),
        'PublicWay': _way('Public', 'PublicRoutes'),
        'PrivateRoutes': _of('RouteTable'),
        'PrivateRoute': _of('Route', RouteTableId={'Ref': 'PrivateRoutes'}, NatGatewayId={'Ref': 'Nat'}, **_ANYWHERE),
        'PrivateWayA': _way('PrivateA', 'PrivateRoutes'),
        'PrivateWayB': _way('PrivateB', 'PrivateRoutes'),
        # What goes to these two costs nothing and does not pass the NAT gateway.
        'ToDynamoDB': _endpoint('dynamodb'),
        'ToS3': _endpoint('s3'),
    }
    made: dict[str, dict[str, Any]] = {
        'Network': {'Type': 'AWS::EC2::VPC', 'Properties': {'CidrBlock': _NETWORK, 'EnableDnsHostnames': True}},
        'Internet': {'Type': 'AWS::EC2::InternetGateway'},
        'Joined': _of('VPCGatewayAttachment', InternetGatewayId={'Ref': 'Internet'}),
        'Public': _subnet(_PUBLIC, 0),
        'PrivateA': _subnet(_PRIVATE[0], 0),
        'PrivateB': _subnet(_PRIVATE[1], 1),
        'FixedAddress': {'Type': 'AWS::EC2::EIP', 'DependsOn': ['Joined'], 'Properties': {'Domain': 'vpc'}},
        'Nat': {
            'Type': 'AWS::EC2::NatGateway',
            'Properties': {'AllocationId': att('FixedAddress', 'AllocationId'), 'SubnetId': {'Ref': 'Public'}},
        },
        'OutwardOnly': _of(
            'SecurityGroup',
            GroupName=named('outward-only'),
            GroupDescription='Functions: they call, nobody calls them',
            SecurityGroupEgress=[{'IpProtocol': 'tcp', 'FromPort': 443, 'ToPort': 443, 'CidrIp': '0.0.0.0/0'}],
        ),
        **ways_out,
    }
    made['PublicRoute']['DependsOn'] = ['Joined']
    for resource in made.values():
        resource['Condition'] = 'UseNat'
    return made


_ANYWHERE = {'DestinationCidrBlock': '0.0.0.0/0'}


def _of(kind: str, **properties: Any) -> dict[str, Any]:
    """Something of the network."""
    network = {} if kind == 'Route' else {'VpcId': {'Ref': 'Network'}}
    return {'Type': f'AWS::EC2::{kind}', 'Properties': {**network, **properties}}


def _subnet(block: str, zone: int) -> dict[str, Any]:
    return _of('Subnet', CidrBlock=block, AvailabilityZone={'Fn::Select': [zone, {'Fn::GetAZs': ''}]})


def _way(subnet: str, routes: str) -> dict[str, Any]:
    return {
        'Type': 'AWS::EC2::SubnetRouteTableAssociation',
        'Properties': {'SubnetId': {'Ref': subnet}, 'RouteTableId': {'Ref': routes}},
    }


def _endpoint(service: str) -> dict[str, Any]:
    # Gateway endpoints of S3 and DynamoDB are called com.amazonaws.… in aws-cn as well.
    name = {'Fn::Sub': f'com.amazonaws.${{AWS::Region}}.{service}'}
    return _of('VPCEndpoint', ServiceName=name, RouteTableIds=[{'Ref': 'PrivateRoutes'}])
