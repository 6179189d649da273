"""The whole way, on tiny real detectors: bytes in, the same honest answer out, from any thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from tests.conftest import FixedFinder, encode, picture

from unmask import Analyzer
from unmask.errors import ConfigError, CorruptImage, InputError, UnknownDetector
from unmask.stages.detectors.spec import read_spec
from unmask.types import Box, Label, Limits, Reason, Score

RED, BLUE, GREY = (250, 60, 60), (60, 60, 250), (128, 128, 128)
SPECK = Box(0, 0, 5, 5)


@pytest.fixture
def analyzer(tiny_detector, finder):
    return Analyzer(tiny_detector, faces=finder)


@pytest.mark.parametrize(
    ("colour", "label"), [(RED, Label.FAKE), (BLUE, Label.REAL), (GREY, Label.INCONCLUSIVE)]
)
def test_the_three_answers(analyzer, colour, label):
    analysis = analyzer.analyze(encode(picture(colour)))
    assert analysis.verdict.label is label
    assert analysis.verdict == analysis.faces[0].verdict
    assert (analysis.width, analysis.height) == (64, 64)


def test_every_answer_names_what_gave_it(analyzer):
    analysis = analyzer.analyze(encode(picture(RED)))
    detector = analysis.detectors[0]
    assert (detector.name, detector.version, len(detector.sha256)) == ("tiny", "1.0.0", 64)
    assert detector.policy.false_alarm_budget == 0.01
    assert detector.policy.false_alarm_rate.count == 2000


def test_the_same_bytes_give_the_same_answer_bit_for_bit(analyzer):
    data = encode(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8))
    first, second = analyzer.analyze(data), analyzer.analyze(data)
    assert first == second
    assert first.faces[0].scores[0].logit == second.faces[0].scores[0].logit


def test_no_face_is_an_answer(tiny_detector):
    analysis = Analyzer(tiny_detector, faces=FixedFinder()).analyze(encode(picture(RED)))
    assert analysis.verdict.reason is Reason.NO_FACE
    assert analysis.verdict.fake_probability is None
    assert analysis.faces == ()


def test_a_speck_is_too_small(tiny_detector):
    analysis = Analyzer(tiny_detector, faces=FixedFinder(SPECK)).analyze(encode(picture(RED)))
    assert analysis.verdict.reason is Reason.FACE_TOO_SMALL


def test_without_a_finder_the_whole_picture_is_the_face(tiny_detector):
    analysis = Analyzer(tiny_detector, faces=False).analyze(encode(picture(RED)))
    assert analysis.faces[0].face.box == Box(0, 0, 64, 64)


def test_a_crowd_needs_stronger_evidence(tiny_detector):
    """A shade of red that is fake for one face is not enough for one of ten."""
    shade = encode(picture((178, 128, 128)))
    box = Box(8, 8, 56, 56)
    alone = Analyzer(tiny_detector, faces=FixedFinder(box)).analyze(shade)
    crowd = Analyzer(tiny_detector, faces=FixedFinder(*[box] * 10)).analyze(shade)
    assert alone.verdict.label is Label.FAKE
    assert crowd.verdict.label is Label.INCONCLUSIVE
    assert crowd.detectors[0].policy.fake_above > alone.detectors[0].policy.fake_above


def test_more_faces_than_are_judged(tiny_detector):
    many = FixedFinder(*[Box(8, 8, 56, 56)] * 70)
    analysis = Analyzer(tiny_detector, faces=many, explain=False).analyze(encode(picture(GREY)))
    assert len(analysis.faces) == 64
    assert "70 faces were found" in analysis.notes[0]


class Fickle:
    """Sure that a face is fake, until it is saved again."""

    def __init__(self, spec):
        self.spec = spec

    def score(self, crops):
        logit = 6.0 if len(crops) == 1 else -1.0
        return tuple(Score("fickle", logit, np.ones((2, 2), np.float32)) for _ in crops)


def test_an_answer_that_saving_turns_is_unstable(tiny_detector, finder):
    fickle = Fickle(read_spec(tiny_detector))
    analysis = Analyzer(fickle, faces=finder, explain=False).analyze(encode(picture(GREY)))
    assert analysis.verdict.label is Label.INCONCLUSIVE
    assert analysis.verdict.reason is Reason.UNSTABLE
    assert not analysis.faces[0].stability.holds


def test_stability_can_be_left_out(tiny_detector, finder):
    analysis = Analyzer(tiny_detector, faces=finder, stability=False).analyze(encode(picture(RED)))
    assert analysis.faces[0].stability is None
    assert analysis.verdict.label is Label.FAKE


def test_explanations_can_be_left_out(tiny_detector, finder, analyzer):
    data = encode(picture(RED))
    assert analyzer.analyze(data).faces[0].explanation.heatmap.shape == (32, 32)
    quiet = Analyzer(tiny_detector, faces=finder, explain=False)
    assert quiet.analyze(data).faces[0].explanation is None


def test_an_ensemble_is_firm_only_together(tiny_detector, second_detector, finder):
    both = Analyzer([tiny_detector, second_detector], faces=finder)
    analysis = both.analyze(encode(picture(RED)))
    assert analysis.verdict.reason is Reason.DETECTORS_DISAGREE
    assert [d.name for d in analysis.detectors] == ["tiny", "second"]
    assert len(analysis.faces[0].scores) == 2


def test_an_ensemble_of_one_mind(tiny_detector, finder):
    twice = Analyzer([tiny_detector, tiny_detector], faces=finder)
    assert twice.analyze(encode(picture(RED))).verdict.label is Label.FAKE


def test_stricter_budgets_give_fewer_firm_answers(tiny_detector, finder):
    data = encode(picture((180, 128, 128)))
    labels = [
        Analyzer(tiny_detector, faces=finder, false_alarm_rate=rate).analyze(data).verdict.label
        for rate in (0.05, 0.01, 0.001)
    ]
    assert labels == [Label.FAKE, Label.FAKE, Label.INCONCLUSIVE]


def test_a_budget_nobody_measured(tiny_detector):
    with pytest.raises(ConfigError, match=r"measured at: 0\.001, 0\.01, 0\.05"):
        Analyzer(tiny_detector, false_alarm_rate=0.02)


def test_no_detector_at_all():
    with pytest.raises(ConfigError, match="at least one"):
        Analyzer([])


def test_an_unknown_name():
    with pytest.raises(UnknownDetector, match="Known names"):
        Analyzer("nobody")


def test_limits_reach_the_decoder(tiny_detector, finder):
    small = Analyzer(tiny_detector, faces=finder, limits=Limits(max_pixels=100))
    with pytest.raises(InputError):
        small.analyze(encode(picture(RED)))


def test_paths_pixels_and_bytes_agree(analyzer, tmp_path):
    pixels = picture(RED)
    path = tmp_path / "picture.png"
    path.write_bytes(encode(pixels))
    by_path, by_pixels = analyzer.analyze_path(path), analyzer.analyze_pixels(pixels)
    assert by_path == analyzer.analyze(path.read_bytes())
    assert by_path.verdict == by_pixels.verdict


def test_a_missing_file_and_a_folder_are_input_errors(analyzer, tmp_path):
    for path in (tmp_path / "nowhere.jpg", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            analyzer.analyze_path(path)


def test_a_huge_file_is_not_read_whole(tiny_detector, finder, tmp_path):
    path = tmp_path / "huge.jpg"
    path.write_bytes(bytes(1000))
    with pytest.raises(InputError, match="more than 100 bytes"):
        Analyzer(tiny_detector, faces=finder, limits=Limits(max_bytes=100)).analyze_path(path)


def test_many_files_come_back_in_order_and_a_bad_one_stops_nothing(analyzer, tmp_path):
    names = ["red.png", "broken.png", "missing.png", "blue.png"]
    (tmp_path / "red.png").write_bytes(encode(picture(RED)))
    (tmp_path / "broken.png").write_bytes(encode(picture(RED))[:60])
    (tmp_path / "blue.png").write_bytes(encode(picture(BLUE)))
    outcomes = list(analyzer.analyze_many(tmp_path / name for name in names))
    assert [o.name for o in outcomes] == [str(tmp_path / name) for name in names]
    assert [o.ok for o in outcomes] == [True, False, False, True]
    assert outcomes[1].failure.code == CorruptImage.code
    assert outcomes[3].analysis.verdict.label is Label.REAL


def test_many_threads_get_the_answers_one_would(analyzer):
    rng = np.random.default_rng(1)
    files = [encode(rng.integers(0, 256, (64, 64, 3), np.uint8)) for _ in range(40)]
    alone = [analyzer.analyze(f) for f in files]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(analyzer.analyze, files)) == alone


def test_the_pixels_are_those_that_were_judged(analyzer):
    pixels = np.random.default_rng(2).integers(0, 256, (30, 40, 3), np.uint8)
    assert np.array_equal(analyzer.pixels(encode(pixels)), pixels)
