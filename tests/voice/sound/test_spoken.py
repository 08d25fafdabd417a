"""The trie of frames: what was added is found, what begins like it is told apart, what is old is forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from flexsim.voice.ports import Speech, Voice
from flexsim.voice.sound.spoken import Originals, Utterances


def speech(frames):
    return Speech(text="".join(frames), voice=Voice(), pcm=bytes(1920 * len(frames)), words=(), frames=tuple(frames))


def found(utterances, frames):
    """The utterances that end, and one that goes on, after these frames; None where there is no way."""
    step = utterances.first(hash(frames[0]))
    for frame in frames[1:]:
        step = step and step.after(hash(frame))
    return step and ([said.text for said in step.ends], step.said.text)


def test_an_utterance_is_found_at_its_end_and_on_the_way():
    utterances = Utterances()
    utterances.add(speech("abc"))
    assert found(utterances, "abc") == (["abc"], "abc")
    assert found(utterances, "ab") == ([], "abc")
    assert found(utterances, "abcd") is None
    assert found(utterances, "b") is None


def test_utterances_that_begin_alike_are_told_apart():
    utterances = Utterances()
    for frames in ("abcd", "abce", "ab", "xbcd"):
        utterances.add(speech(frames))
    assert [found(utterances, each)[0] for each in ("abcd", "abce", "ab", "xbcd")] == [
        ["abcd"],
        ["abce"],
        ["ab"],
        ["xbcd"],
    ]


def test_the_same_utterance_is_known_once():
    utterances = Utterances()
    assert utterances.add(speech("ab"))
    assert not utterances.add(speech("ab"))
    assert found(utterances, "ab") == (["ab"], "ab")


def test_two_texts_that_sound_alike_are_heard_as_the_first():
    utterances = Utterances()
    one, other = speech("ab"), Speech(text="four", voice=Voice(), pcm=b"", words=(), frames=("a", "b"))
    utterances.add(one)
    utterances.add(other)
    assert found(utterances, "ab")[0] == ["ab", "four"]


def test_an_utterance_without_sound_is_in_nobodys_way():
    utterances = Utterances()
    utterances.add(speech(""))
    utterances.add(speech("a"))
    assert found(utterances, "a") == (["a"], "a")


words = st.lists(st.text("abc", min_size=1, max_size=5), max_size=30)


@given(words, st.integers(1, 25))
def test_it_knows_what_was_said_last_and_nothing_else(texts, room):
    utterances = Utterances(room)
    kept = []  # the model: what was said last, last
    for text in texts:
        utterances.add(speech(text))
        kept = [each for each in kept if each != text] + [text]
        while sum(map(len, kept)) > room and len(kept) > 1:
            kept.pop(0)
    for text in set(texts):
        there = found(utterances, text)
        assert (there is not None and text in there[0]) == (text in kept)
        begins = any(each.startswith(text) for each in kept)
        assert (there is not None) == begins


def copy(frame):
    return frame.encode().decode()


def test_a_copy_of_a_frame_leads_to_the_frame_itself_until_it_is_old():
    originals, first = Originals(4), speech(["one frame", "another"])
    originals.add(first)
    assert originals.of(hash(copy("one frame")), "") is first.frames[0]
    originals.add(speech(["a third", "a fourth"]))
    originals.add(first)  # said again, so the others are older
    originals.add(speech(["a fifth"]))
    assert originals.of(hash("one frame"), "") is first.frames[0]
    assert not originals.of(hash("a third"), "")
