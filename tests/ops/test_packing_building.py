"""How a package is built: for which Lambda, what is kept of it, and what the operator is told."""

import sys
from pathlib import Path

import pytest

from ops import package
from ops.packing import build, caching, dependencies, generating, targets
from ops.stack import functions
from tests import packed


class TestTarget:
    def test_the_template_says_what_was_built_for(self) -> None:
        functions = [
            part for part in packed.built().sam['Resources'].values() if part['Type'] == 'AWS::Serverless::Function'
        ]
        assert {part['Properties']['Runtime'] for part in functions} == {'python{}.{}'.format(*sys.version_info)}
        assert {tuple(part['Properties']['Architectures']) for part in functions} == {(packed.CPU,)}

    def test_a_template_for_the_other_cpu_says_so(self, tmp_path: Path) -> None:
        sam = generating.generate(build.ROOT, tmp_path / 'ours', targets.target('arm64'))
        assert functions.architecture(sam) == 'arm64'

    def test_a_python_that_lambda_does_not_have_is_refused(self) -> None:
        with pytest.raises(targets.CannotBuild, match=r'Lambda does not have Python 3\.10'):
            targets.target('x86_64', (3, 10))

    def test_a_wheel_for_a_newer_system_is_told(self, tmp_path: Path) -> None:
        for name, tags in (('new-1', ['manylinux_2_28']), ('old-1', ['manylinux_2_17', 'manylinux2014'])):
            (tmp_path / f'{name}.dist-info').mkdir()
            lines = [f'Tag: cp311-abi3-{tag}_x86_64' for tag in tags]
            (tmp_path / f'{name}.dist-info' / 'WHEEL').write_text('\n'.join(['Wheel-Version: 1.0', *lines]))
        (told,) = dependencies.too_new(tmp_path, targets.target('x86_64', (3, 11)))
        assert told.startswith('new-1 needs glibc 2.28; Lambda has 2.26')
        assert list(dependencies.too_new(tmp_path, targets.target('x86_64', (3, 12)))) == []

    def test_what_lambda_cannot_load_is_told_with_the_package(self) -> None:
        older = sys.version_info[:2] < (3, 12)
        assert [told.partition(' needs')[0] for told in packed.built().unfit] == (['av-18.1.0'] if older else [])

    def test_a_package_that_is_nowhere_ends_the_build(self, tmp_path: Path) -> None:
        requirements = tmp_path / 'requirements.txt'
        requirements.write_text('optionaldict==0.0.0\n')
        with pytest.raises(targets.CannotBuild, match=r'optionaldict==0\.0\.0'):
            dependencies.install(requirements, tmp_path / 'site', targets.target('x86_64'), 26)


class TestCache:
    def test_what_fails_leaves_nothing(self, tmp_path: Path) -> None:
        def fail(folder: Path) -> None:
            (folder / 'half').touch()
            raise targets.CannotBuild('in the middle')

        with pytest.raises(targets.CannotBuild):
            caching.kept(tmp_path, 'key', fail)
        assert list(tmp_path.iterdir()) == []

    def test_two_at_once_keep_the_first(self, tmp_path: Path) -> None:
        def meet(folder: Path) -> None:
            caching.kept(tmp_path, 'key', lambda other: (other / 'first').touch())
            (folder / 'second').touch()

        place = caching.kept(tmp_path, 'key', meet)
        assert [path.name for path in place.iterdir()] == ['first']
        assert list(tmp_path.iterdir()) == [place]

    def test_every_file_counts_by_name_and_content(self, tmp_path: Path) -> None:
        one, other = tmp_path / 'one', tmp_path / 'other'
        one.write_text('a'), other.write_text('b')
        keys = [
            caching.key({'x': one}),
            caching.key({'x': other}),
            caching.key({'y': one}),
            caching.key({'x': one}, 'w'),
        ]
        assert len(set(keys)) == len(keys)
        assert caching.key({'x': one}) == keys[0]


class TestCommand:
    def test_it_says_what_is_big(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert package.main(['--architecture', packed.CPU]) == 0
        said = capsys.readouterr()
        assert packed.built().code_hash in said.out
        assert 'cryptography' in said.out
        assert [line for line in said.err.splitlines() if not line.startswith('Not for AWS: av')] == []

    def test_an_unknown_cpu_is_refused(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            package.main(['--architecture', 'sparc'])
        assert ended.value.code == 2
        assert 'x86_64' in capsys.readouterr().err
