"""The stack's template as `make deploy` makes it, but for the zip: Chalice's own, with no package built."""

import copy
import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from ops.stack import template
from ops.stack.options import Options

ROOT = Path(__file__).parents[1]
REGION = 'cn-north-1'


@cache
def _chalice() -> str:
    from chalice.cli.factory import CLIFactory
    from chalice.deploy.packager import LambdaDeploymentPackager
    from chalice.deploy.swagger import CFNSwaggerGenerator
    from chalice.package import (
        ApplicationGraphBuilder,
        DependencyBuilder,
        ResourceBuilder,
        SAMTemplateGenerator,
        create_build_stage,
    )
    from chalice.utils import UI, OSUtils

    factory = CLIFactory(str(ROOT), environ={'AWS_DEFAULT_REGION': REGION})
    config = factory.create_config_obj(chalice_stage_name='aws')
    steps = create_build_stage(OSUtils(), UI(), CFNSwaggerGenerator(), config)
    builder = ResourceBuilder(ApplicationGraphBuilder(), DependencyBuilder(), steps)
    no_zip = mock.patch.object(LambdaDeploymentPackager, 'create_deployment_package', return_value='./deployment.zip')
    with no_zip, mock.patch.dict(os.environ, AWS_DEFAULT_REGION=REGION):
        found = builder.construct_resources(config, 'aws')
        return json.dumps(SAMTemplateGenerator(config, factory.create_package_options()).generate(found))


def chalice() -> dict[str, Any]:
    """What `chalice package --stage aws` writes."""
    made: dict[str, Any] = json.loads(_chalice())
    return made


def built(stage: str = 'prod', **chosen: Any) -> dict[str, Any]:
    return template.build(chalice(), Options(stage, 'code-bucket', 'code/a.zip', 'layers/b.zip', **chosen))


@cache
def _transformed(stage: str) -> str:
    import boto3
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    session = boto3.Session(region_name=REGION)
    made = Translator({}, Parser(), boto_session=session).translate(copy.deepcopy(built(stage)), {})
    return json.dumps(made)


def transformed(stage: str = 'prod') -> dict[str, Any]:
    """What AWS makes of it: its Transform turned into plain CloudFormation."""
    made: dict[str, Any] = json.loads(_transformed(stage))
    return made


def of_type(whole: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: one for name, one in whole['Resources'].items() if one['Type'] == kind}


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def references(value: Any) -> Iterator[str]:
    """The resources and parameters a value refers to."""
    if isinstance(value, dict):
        if 'Ref' in value:
            yield value['Ref'].partition('.')[0]
        if 'Fn::GetAtt' in value:
            yield value['Fn::GetAtt'][0]
        if 'Fn::Sub' in value:
            yield from re.findall(r'\$\{([A-Za-z0-9]+)', json.dumps(value['Fn::Sub']))
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)
