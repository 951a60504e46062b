"""The bounds of a requirements.txt, as far as a recorded version has to keep them."""

import pytest

from literate.requirements import breaks_bounds, parse_requirements


@pytest.mark.parametrize(
    ("line", "version", "broken"),
    [
        ("torch >=2.9, <2.14", "2.13.0+cpu", ""),
        ("torch >=2.9, <2.14", "2.14.0", ">= 2.9, < 2.14"),
        ("torch >=2.9, <2.14", "2.8.9", ">= 2.9, < 2.14"),
        ("torch>=2.13  # a comment, with <2", "2.9", ">= 2.13"),
        ("torch", "0.1", ""),
        ("torch[extra] (>=2)", "1.9", ">= 2"),
        ("torch >=2 ; python_version < '3.14'", "1", ">= 2"),
        ("torch ==2.1", "2.1.0", ""),
        ("torch ==2.1.*", "2.1.7", ""),
        ("torch ==2.1.*", "2.10", "== 2.1.*"),
        ("torch !=2.1.*", "2.1.7", "!= 2.1.*"),
        ("torch !=2.1", "2.1", "!= 2.1"),
        ("torch ~=2.1", "2.9", ""),
        ("torch ~=2.1", "3.0", "~= 2.1"),
        ("torch ~=2.1.3", "2.2", "~= 2.1.3"),
        ("torch ===2.1", "2.1", ""),
        ("torch >2.1", "2.1", "> 2.1"),
        ("torch <=2.1", "2.1.1", "<= 2.1"),
        ("torch >=2", "2.0rc1", ""),
        ("Torch >=2", "1", ">= 2"),
        ("torchvision >=2", "1", ""),
        ("-r other.txt", "1", ""),
        ("# torch >=2", "1", ""),
        ("", "1", ""),
    ],
)
def test_bounds(line: str, version: str, broken: str) -> None:
    assert breaks_bounds("torch", version, parse_requirements(line + "\n")) == broken


def test_of_several_lines_one_must_hold() -> None:
    text = "tensor_flow >=2.20 ; sys_platform == 'linux'\ntensor-flow ==1.0 ; sys_platform != 'linux'\n"
    requirements = parse_requirements(text)
    assert breaks_bounds("Tensor.Flow", "1.0", requirements) == ""
    assert breaks_bounds("tensor-flow", "2.0", requirements) == ">= 2.20 or == 1.0"
