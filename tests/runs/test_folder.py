"""A run's folder holds what it takes to repeat and to read the run, and is never written twice."""

import contextlib
import hashlib
import json
import platform
from dataclasses import replace

import pytest

from flexsim.errors import ConfigurationError
from flexsim.runs.folder import (
    LogWriter,
    Manifest,
    begin_run,
    digest,
    digest_of_files,
    read_centre,
    read_configuration_files,
    read_lines,
    read_log,
    read_manifest,
    read_raw_lines,
    read_replications,
    read_summary,
    versions,
)  # fmt: skip

MANIFEST = Manifest(
    command="demo", seed=7, speed=20.0, started=1_767_600_000.0, configuration="abc", threshold=20.0,
    versions={"flexsim": "0.1.0"},
)  # fmt: skip
LINES = [f'{{"seq":{number}}}\n' for number in range(2500)]


def test_the_name_says_when_and_what(tmp_path):
    with begin_run(tmp_path / "deep" / "runs", MANIFEST) as run:
        assert run.path == tmp_path / "deep" / "runs" / "2026-01-05_080000_demo"


def test_a_second_run_at_the_same_second_gets_a_folder_of_its_own(tmp_path):
    names = []
    for _ in range(3):
        with begin_run(tmp_path, MANIFEST) as run:
            names.append(run.path.name)
    assert names == ["2026-01-05_080000_demo", "2026-01-05_080000_demo_2", "2026-01-05_080000_demo_3"]


def test_what_was_written_is_read_back(tmp_path):
    with begin_run(tmp_path, MANIFEST) as run:
        for line in LINES:
            run.write([line])
        run.finish({"total": {"offered": 3}, "name": "é"})
    assert read_manifest(run.path) == MANIFEST
    assert list(read_lines(run.path)) == LINES
    assert read_summary(run.path) == {"total": {"offered": 3}, "name": "é"}
    assert sorted(each.name for each in run.path.iterdir()) == ["events.jsonl", "manifest.json", "summary.json"]


def test_the_log_is_streamed_while_the_run_goes_on(tmp_path):
    with begin_run(tmp_path, MANIFEST) as run:
        run.write(LINES)
        assert list(read_lines(run.path)) == LINES
        run.write(["one more\n"])
        run.flush()
        assert list(read_lines(run.path))[-1] == "one more\n"


def test_a_run_that_fails_keeps_what_had_happened(tmp_path):
    run = begin_run(tmp_path, MANIFEST)
    with contextlib.suppress(RuntimeError), run:
        run.write(["first\n"])
        raise RuntimeError
    assert list(read_lines(run.path)) == ["first\n"]
    with pytest.raises(ConfigurationError, match=r"cannot read .*summary\.json"):
        read_summary(run.path)


def test_a_line_cut_off_by_a_crash_is_left_out(tmp_path):
    with begin_run(tmp_path, MANIFEST) as run:
        run.write(["whole\n", '{"seq":'])
    assert list(read_lines(run.path)) == ["whole\n"]


def test_a_log_is_read_as_it_is_in_pieces_of_a_bounded_length(tmp_path):
    with begin_run(tmp_path, MANIFEST) as run:
        run.write(["whole\n", "much too long\n", "cut"])
    assert list(read_log(run.path, 8)) == [b"whole\n", b"much too", b" long\n", b"cut"]
    with pytest.raises(ConfigurationError, match=r"cannot read .*nowhere"):
        next(read_log(tmp_path / "nowhere", 8))


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match=r"cannot make a run's folder under .*file"):
        begin_run(tmp_path / "file", MANIFEST)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [("{", "is not JSON"), ("[]", "does not hold an object"), ('{"a": 1}', "is not the manifest")],
)
def test_a_folder_that_holds_something_else_is_named(tmp_path, content, complaint):
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(ConfigurationError, match=complaint):
        read_manifest(tmp_path)


def test_no_folder_is_named(tmp_path):
    for read in (read_manifest, read_summary, lambda path: list(read_lines(path))):
        with pytest.raises(ConfigurationError, match=r"cannot read .*nowhere"):
            read(tmp_path / "nowhere")


def test_the_manifest_is_json_for_people(tmp_path):
    with begin_run(tmp_path, MANIFEST) as run:
        text = (run.path / "manifest.json").read_text()
    assert json.loads(text)["seed"] == 7
    assert text.startswith('{\n  "command"')


def test_the_configuration_is_left_with_the_run(tmp_path):
    with begin_run(tmp_path, MANIFEST) as run:
        assert read_configuration_files(run.path) == {}
        run.keep_configuration({"queues.json": '[{"friendlyName": "Büro"}]\n', "metadata.json": "{}\n"})
    assert read_configuration_files(run.path) == {"metadata.json": {}, "queues.json": [{"friendlyName": "Büro"}]}
    assert (run.path / "config" / "queues.json").read_bytes() == '[{"friendlyName": "Büro"}]\n'.encode()


def test_a_configuration_that_is_not_json_is_named(tmp_path):
    with begin_run(tmp_path, MANIFEST) as run:
        run.keep_configuration({"queues.json": "["})
    with pytest.raises(ConfigurationError, match=r"queues\.json is not JSON"):
        read_configuration_files(run.path)


def test_replications_are_read_one_for_each_line(tmp_path):
    assert read_replications(tmp_path) == []
    lines = [{"replication": number, "seed": 40 + number, "summary": {"total": {}}} for number in range(3)]
    (tmp_path / "replications.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert read_replications(tmp_path) == lines


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"replication": 1, "seed": 2, "summary": 3}', "{"])
def test_a_line_that_is_no_replication_is_named(tmp_path, line):
    good = '{"replication": 0, "seed": 1, "summary": {}}'
    (tmp_path / "replications.jsonl").write_text(f"{good}\n{line}\n")
    with pytest.raises(ConfigurationError, match=r"line 2 of .*replications\.jsonl"):
        read_replications(tmp_path)


def test_a_line_longer_than_any_of_ours_is_not_read_at_once(tmp_path):
    with begin_run(tmp_path, MANIFEST) as run:
        run.write(["x" * 2_500_000 + "\n", "{}\n"])
    assert [len(line) for line in read_raw_lines(run.path)] == [1_000_000, 1_000_000, 500_001, 3]


def test_a_line_that_was_cut_off_is_left_out(tmp_path):
    with begin_run(tmp_path, MANIFEST) as run:
        run.write(["{}\n", '{"seq":'])
    assert list(read_raw_lines(run.path)) == [b"{}\n"]
    assert list(read_lines(run.path)) == ["{}\n"]


def test_replications_are_kept_one_line_each_and_read_back(tmp_path):
    with begin_run(tmp_path, MANIFEST) as run:
        run.keep_replication(0, 7, {"total": {"offered": 3}})
        run.keep_replication(1, 99, {"total": {"offered": 4}})
        assert run.log_file(0).name == "events.jsonl"
        assert run.log_file(12).name == "events_0012.jsonl"
    assert read_replications(run.path) == [
        {"replication": 0, "seed": 7, "summary": {"total": {"offered": 3}}},
        {"replication": 1, "seed": 99, "summary": {"total": {"offered": 4}}},
    ]


def test_a_log_written_without_a_pause_is_flushed_a_batch_at_a_time(tmp_path):
    with LogWriter(tmp_path / "log") as log:
        for line in LINES:
            log.write_fast([line])
        assert (tmp_path / "log").read_text().count("\n") == 2000
    assert (tmp_path / "log").read_text() == "".join(LINES)


def test_a_manifest_from_before_warm_ups_had_none(tmp_path):
    with begin_run(tmp_path, MANIFEST) as run:
        document = json.loads((run.path / "manifest.json").read_text())
        del document["warmup"]
        (run.path / "manifest.json").write_text(json.dumps(document))
    assert read_manifest(run.path).warmup == 0.0


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("load-agents", "a swarm of agents"),
        ("converse-nightly", "a batch of conversations"),
        ("workforce", "a company of agents"),
    ],
)
def test_a_run_of_something_else_is_no_centres_and_says_where_its_page_is(tmp_path, command, what):
    with begin_run(tmp_path, replace(MANIFEST, command=command)) as writer:
        pass
    with pytest.raises(ConfigurationError, match=f"is the run of {what}, which has no contacts; it has left no page$"):
        read_centre(writer.path)
    (writer.path / "report.html").touch()
    with pytest.raises(ConfigurationError, match=rf"which has no contacts; its page is {writer.path}/report\.html$"):
        read_centre(writer.path)


def test_a_configuration_is_named_by_its_files_whatever_their_order():
    files = {"workers.json": "[]\n", "queues.json": "[1]\n"}
    assert digest_of_files(files) == digest("queues.json\n[1]\nworkers.json\n[]\n")
    assert digest("ü") == hashlib.sha256("ü".encode()).hexdigest()


def test_the_versions_are_those_of_what_made_the_run():
    found = versions("twilio")
    assert (list(found), found["python"]) == (["python", "flexsim", "twilio"], platform.python_version())
