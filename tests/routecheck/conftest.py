"""What the tests of routing checks start from: the default configuration, whole or as files that a test may spoil."""

import json

import pytest

from flexsim.configuration.files import render
from flexsim.configuration.generate import generate
from flexsim.domain.loading import load_domain
from flexsim.randomness import Randomness


@pytest.fixture(scope="session")
def configuration():
    return generate(load_domain(None), Randomness(1))


@pytest.fixture
def documents(configuration):
    return {name: json.loads(text) for name, text in render(configuration).items()}


@pytest.fixture
def folder(tmp_path, documents):
    """Write the documents, spoilt or not, and give the folder."""

    def write():
        for name, document in documents.items():
            (tmp_path / name).write_text(json.dumps(document, indent=2, ensure_ascii=False), encoding="utf-8")
        return tmp_path

    return write
